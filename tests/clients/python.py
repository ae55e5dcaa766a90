#!/usr/bin/python3
"""Azure's Python clients, as Debian packages them, against a served sandbox. tests/clients/run.sh sets the environment."""
# ruff: noqa: E402
import datetime
import decimal
import json
import logging
import os
import uuid

os.environ["REQUESTS_CA_BUNDLE"] = os.environ["DESK_CA"]  # before the clients are loaded
logging.disable(logging.CRITICAL)                         # they log what the chapters tell anyway

import requests
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.identity import ClientSecretCredential
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.authorization.v2022_04_01.models import RoleAssignmentCreateParameters
from azure.mgmt.consumption import ConsumptionManagementClient
from azure.mgmt.reservations import AzureReservationAPI
from azure.mgmt.reservations import models as r
from azure.mgmt.resource import SubscriptionClient
from azure.mgmt.support import MicrosoftSupport
from azure.mgmt.support import models as s
from story import SCOPE, URL, by_and_by, chapter, cli, expect, refused, tell

TENANT = os.environ["DESK_TENANT"]


def credential(client, secret):
    return ClientSecretCredential(TENANT, client, secret, authority=URL, instance_discovery=False)


agent = credential(os.environ["DESK_CLIENT"], os.environ["DESK_SECRET"])
admin = credential(os.environ["DESK_ADMIN_CLIENT"], os.environ["DESK_ADMIN_SECRET"])


def client(kind, *more, who=agent):
    return kind(who, *more, base_url=URL, credential_scopes=[SCOPE])


desk = client(AzureReservationAPI)
told = {}  # what a chapter found and a later one needs


def line(quantity, name, **change):
    asked = dict(sku=r.SkuName(name="Standard_D2s_v5"), location="westeurope", reserved_resource_type="VirtualMachines",
                 billing_scope_id="/subscriptions/" + told["subscription"], term="P1Y", billing_plan="Upfront", quantity=quantity,
                 display_name=name, applied_scope_type="Shared", renew=False)
    return r.PurchaseRequest(**{**asked, **change})


def living():
    """Quantity of each reservation of the order that is still good, by id."""
    return {each.id.rsplit("/", 1)[1]: each.properties.quantity
            for each in desk.reservation.list(reservation_order_id=told["order"]) if each.properties.provisioning_state == "Succeeded"}


def path_of(reservation):
    return f"/providers/Microsoft.Capacity/reservationOrders/{told['order']}/reservations/{reservation}"


def owed():
    """What the books owe the customer for returns out of the order."""
    ids = {each.id.rsplit("/", 1)[1] for each in desk.reservation.list(reservation_order_id=told["order"])}
    return [each for each in cli("settle", "list") if each["reservation"] in ids]


def sandbox(method, path, body=None):
    answer = requests.request(method, URL + path, json=body, timeout=60,
                              headers={"Authorization": "Bearer " + admin.get_token(SCOPE).token})
    expect(answer.status_code, 200, f"{method} {path}: {answer.text}")
    return answer.json()


@chapter
def signs_in_and_finds_its_subscription():
    found = [(each.subscription_id, each.tenant_id) for each in client(SubscriptionClient).subscriptions.list()]
    expect([tenant for _, tenant in found], [TENANT] * len(found), "tenants")
    told["subscription"] = found[0][0]


@chapter
def a_wrong_secret_is_told_so():
    try:
        credential(os.environ["DESK_CLIENT"], "guessed").get_token(SCOPE)
    except ClientAuthenticationError as error:
        expect("AADSTS7000215" in error.message, True, "the code in " + error.message)
        return
    raise AssertionError("a guessed secret opened the desk")


@chapter
def a_forged_token_is_401():
    class Forged:
        def get_token(self, *_scopes, **_more):
            token = agent.get_token(SCOPE).token
            return AccessToken(token[:-8] + "AAAAAAAA", token and int(datetime.datetime.now().timestamp()) + 3600)
    refused(ClientAuthenticationError, lambda: list(AzureReservationAPI(Forged(), base_url=URL).reservation_order.list()), 401,
            "InvalidAuthenticationToken")


@chapter
def the_demo_is_there():
    names = {each.display_name for each in desk.reservation_order.list()}
    expect({"SAP application", "Kiosks", "Warehouse"} <= names, True, f"in {sorted(names)}")


@chapter
def the_price_is_that_of_the_list():
    price = desk.reservation_order.calculate(line(3, "Python")).properties
    told["order"] = price.reservation_order_id
    told["price"] = decimal.Decimal(str(price.billing_currency_total.amount))
    expect(price.billing_currency_total.currency_code, "EUR", "currency")
    expect(price.pricing_currency_total.amount, 3 * 590.0, "three of 590 USD")


@chapter
def buys_what_was_priced():
    order = desk.reservation_order.begin_purchase(told["order"], line(3, "Python")).result()
    expect((order.name, order.original_quantity, order.term), (told["order"], 3, "P1Y"), "the order")
    by_and_by(lambda: desk.reservation_order.get(told["order"]).provisioning_state, "Succeeded", "the order's state")
    expect(list(living().values()), [3], "reservations")


@chapter
def buying_again_buys_nothing():
    desk.reservation_order.begin_purchase(told["order"], line(3, "Python")).result()
    expect(list(living().values()), [3], "reservations")


@chapter
def splits_and_merges():
    [whole] = living()
    desk.reservation.begin_split(told["order"], r.SplitRequest(reservation_id=path_of(whole), quantities=[1, 2])).result()
    parts = living()
    expect(sorted(parts.values()), [1, 2], "after the split")
    desk.reservation.begin_merge(told["order"], r.MergeRequest(sources=[path_of(each) for each in parts])).result()
    expect(list(living().values()), [3], "after the merge")


@chapter
def a_split_that_does_not_add_up_is_400():
    [whole] = living()
    wrong = r.SplitRequest(reservation_id=path_of(whole), quantities=[1, 1])
    refused(HttpResponseError, lambda: desk.reservation.begin_split(told["order"], wrong), 400, "BadRequest")


@chapter
def the_scope_becomes_one_subscription_and_shared_again():
    [whole] = living()
    ids = dict(reservation_order_id=told["order"], reservation_id=whole)
    scope = "/subscriptions/" + told["subscription"]
    changed = desk.reservation.begin_update(**ids, parameters=r.Patch(applied_scope_type="Single", applied_scopes=[scope])).result()
    expect(changed.properties.applied_scope_type, "Single", "the scope")
    expect(cli("reservation", "show", whole)["scope"], "Single " + scope, "the scope, as the desk has it")
    desk.reservation.begin_update(**ids, parameters=r.Patch(applied_scope_type="Shared")).result()
    expect(desk.reservation.get(**ids).properties.applied_scope_type, "Shared", "the scope")


@chapter
def a_refund_is_worked_out_and_paid_once():
    [whole] = living()
    one = r.ReservationToReturn(reservation_id=path_of(whole), quantity=1)
    quote = desk.calculate_refund.post(told["order"], r.CalculateRefundRequest(
        id="/providers/Microsoft.Capacity/reservationOrders/" + told["order"],
        properties=r.CalculateRefundRequestProperties(scope="Reservation", reservation_to_return=one))).properties
    expect(decimal.Decimal(str(quote.billing_refund_amount.amount)), told["price"] / 3, "on the first day all comes back")
    free = cli("allowance", "show", TENANT)["meters"][0]["free"]

    back = r.RefundRequest(properties=r.RefundRequestProperties(
        session_id=quote.session_id, scope="Reservation", return_reason="not needed", reservation_to_return=one))
    desk.return_operations.post(told["order"], back)
    by_and_by(lambda: sum(living().values()), 2, "units left")
    once = owed()
    expect([decimal.Decimal(each["refund"]) for each in once], [told["price"] / 3], "in the books")

    desk.return_operations.post(told["order"], back)
    expect(owed(), once, "the books after the same return again")
    expect(sum(living().values()), 2, "units left after it")
    now = cli("allowance", "show", TENANT)["meters"][0]["free"]
    expect(decimal.Decimal(free) - decimal.Decimal(now), decimal.Decimal("590.00"), "taken from the allowance")


@chapter
def what_nobody_quoted_is_not_paid():
    [left] = living()
    back = r.RefundRequest(properties=r.RefundRequestProperties(
        session_id=str(uuid.uuid4()), scope="Reservation", return_reason="made up",
        reservation_to_return=r.ReservationToReturn(reservation_id=path_of(left), quantity=1)))
    before = owed()
    try:
        desk.return_operations.post(told["order"], back)
    except HttpResponseError as error:
        expect(error.status_code in (400, 404), True, f"status {error.status_code}")
    else:
        raise AssertionError("a session that nobody opened was taken")
    expect(owed(), before, "the books")


@chapter
def exchanges_one_unit_for_two():
    [left] = living()
    asked = r.CalculateExchangeRequest(properties=r.CalculateExchangeRequestProperties(
        reservations_to_exchange=[r.ReservationToReturn(reservation_id=path_of(left), quantity=1)],
        reservations_to_purchase=[line(2, "Exchanged")]))
    quote = desk.calculate_exchange.begin_post(asked).result()
    figures = quote.properties
    expect(round(figures.purchases_total.amount - figures.refunds_total.amount, 2), figures.net_payable.amount, "net payable")
    done = desk.exchange.begin_post(r.ExchangeRequest(properties=r.ExchangeRequestProperties(session_id=figures.session_id))).result()
    expect(done.status, "Succeeded", "the exchange")
    [bought] = done.properties.reservations_to_purchase
    expect(desk.reservation_order.get(bought.reservation_order_id.rsplit("/", 1)[1]).original_quantity, 2, "units bought")
    expect(sum(living().values()), 1, "units left")


@chapter
def a_request_for_support_has_a_thread():
    support = client(MicrosoftSupport, told["subscription"])
    service = next(iter(support.services.list()))
    problem = next(iter(support.problem_classifications.list(service.name)))
    name = "python-" + uuid.uuid4().hex
    contact = s.ContactProfile(first_name="Greta", last_name="Hafen", preferred_contact_method="email",
                               primary_email_address="greta@hafenwerke.example", preferred_time_zone="W. Europe Standard Time",
                               country="DEU", preferred_support_language="en-US")
    made = support.support_tickets.begin_create(name, s.SupportTicketDetails(
        title="A return", description="May we return one unit?", severity="minimal", problem_classification_id=problem.id,
        service_id=service.id, contact_details=contact)).result()
    expect((made.name, made.status), (name, "Open"), "the request")
    support.communications.begin_create(name, "first", s.CommunicationDetails(
        subject="Its number", body="It is the one in westeurope.", sender="greta@hafenwerke.example")).result()
    thread = [each.body for each in support.communications.list(name)]
    expect(thread[0], "It is the one in westeurope.", "the newest of the thread")
    expect("was received" in thread[1], True, f"the desk's own word before it: {thread[1]}")
    expect(support.support_tickets.update(name, s.UpdateSupportTicket(severity="moderate")).severity, "moderate", "severity")
    refused(ResourceNotFoundError, lambda: support.support_tickets.get("nobody-wrote-this"), 404, "ResourceNotFound")


@chapter
def a_role_is_given_once_and_taken_back():
    roles = client(AuthorizationManagementClient, told["subscription"])
    scope, name, principal = "/subscriptions/" + told["subscription"], str(uuid.uuid4()), str(uuid.uuid4())
    [reader] = roles.role_definitions.list(scope, filter="roleName eq 'Reader'")
    given = RoleAssignmentCreateParameters(role_definition_id=reader.id, principal_id=principal, principal_type="User")
    expect(roles.role_assignments.create(scope, name, given).principal_id, principal, "whose")
    refused(ResourceExistsError, lambda: roles.role_assignments.create(scope, str(uuid.uuid4()), given), 409, "RoleAssignmentExists")
    roles.role_assignments.delete(scope, name)
    expect(list(roles.role_assignments.list_for_scope(scope, filter=f"principalId eq '{principal}'")), [], "what is left")


@chapter
def usage_can_be_asked_for():
    usage = client(ConsumptionManagementClient, told["subscription"])
    month = "properties/usageDate ge 2026-08-01 AND properties/usageDate le 2026-08-31"
    expect(list(usage.reservations_summaries.list_by_reservation_order(told["order"], "daily", filter=month)), [], "summaries")
    refused(HttpResponseError, lambda: list(usage.reservations_summaries.list_by_reservation_order(told["order"], "weekly")), 400,
            "BadRequest")


@chapter
def usage_of_a_machine_shows_in_summaries_and_details():
    held = next(each for each in cli("reservation", "list", "--customer", TENANT)
                if each["sku"].startswith("Standard_") and each["state"] == "Succeeded" and each["order"] != told["order"])
    path = os.path.join(os.environ["TMPDIR"], "usage.csv")
    expiry = datetime.date.fromisoformat(held["expiry"])  # a day on which it is active, whenever it was bought
    day = expiry.replace(year=expiry.year - 1) + datetime.timedelta(days=2)
    machine = f"/subscriptions/{told['subscription']}/resourceGroups/web/providers/Microsoft.Compute/virtualMachines/web-1"
    with open(path, "w", encoding="utf-8") as file:
        file.write("time,resource_id,size,region,quantity\n")
        for hour in range(24):
            file.write(f"{day}T{hour:02}:00:00Z,{machine},{held['sku']},{held['region']},1\n")
    expect(cli("usage", "import", path, "--customer", TENANT)[0]["kept"], 24, "rows")
    cli("utilization", "run")
    shown = next(each for each in cli("utilization", "show", "--customer", TENANT)["reservations"] if float(each["used_hours"]) > 0)
    order = next(each["order"] for each in cli("reservation", "list", "--customer", TENANT) if each["id"] == shown["reservation"])
    usage = client(ConsumptionManagementClient, told["subscription"])
    on_that_day = f"properties/usageDate ge {day} AND properties/usageDate le {day}"
    [summary] = [each for each in usage.reservations_summaries.list_by_reservation_order(order, "daily", filter=on_that_day)
                 if each.reservation_id == shown["reservation"]]
    expect((float(summary.used_hours), float(summary.reserved_hours)), (float(shown["used_hours"]), float(shown["reserved_hours"])), "hours")
    expect(float(summary.avg_utilization_percentage), float(shown["used_percent"]), "percent")
    details = [each for each in usage.reservations_details.list_by_reservation_order(order, filter=on_that_day)
               if each.reservation_id == shown["reservation"]]
    expect(sum(float(each.used_hours) for each in details), float(shown["used_hours"]), "hours of the details")
    expect(details[0].instance_id, machine.lower(), "the machine")
    whole = desk.reservation.get(reservation_order_id=order, reservation_id=shown["reservation"])
    expect([each.grain for each in whole.properties.utilization.aggregates], [1.0, 7.0, 30.0], "grains")


@chapter
def what_is_not_there_is_404_and_what_is_wrong_400():
    stranger = str(uuid.uuid4())
    refused(ResourceNotFoundError, lambda: desk.reservation_order.get(stranger), 404, "ReservationOrderNotFound", stranger)
    refused(HttpResponseError, lambda: desk.reservation_order.get("no-id"), 400, "InvalidReservationOrderId", "no-id")
    refused(HttpResponseError, lambda: desk.reservation_order.calculate(line(1, "x", term="P9Y")), 400, "UnsupportedReservationTerm", "P9Y")


@chapter
def only_who_configures_moves_the_clock():
    answer = requests.post(URL + "/sandbox/clock", json={"advance": "P1Y"}, timeout=60,
                           headers={"Authorization": "Bearer " + agent.get_token(SCOPE).token})
    expect((answer.status_code, answer.json()["error"]["code"]), (403, "AuthorizationFailed"), "the agent")


@chapter
def after_a_year_the_allowance_is_back():
    used = lambda: decimal.Decimal(cli("allowance", "show", TENANT)["meters"][0]["used"])
    before = used()
    expect(before > 590, True, f"the return counts: {before}")
    then = sandbox("GET", "/sandbox/clock")["now"]
    now = sandbox("POST", "/sandbox/clock", {"advance": "P1Y"})["now"]
    expect(now[:10], f"{int(then[:4]) + 1}{then[4:10]}", "a year later")
    expect(used(), decimal.Decimal(0), "used after a year")
    expect(json.dumps(cli("allowance", "show", TENANT)["calendar"]), "[]", "what is still to come back")
    expect(living(), {}, "the one-year reservation has ended")


tell()

#!/usr/bin/python3
"""A partner's day at Partner Center's face and at Azure's, by plain HTTP, against a served sandbox. tests/clients/run.sh sets the environment."""
# ruff: noqa: E402
import json
import os
import uuid

os.environ["REQUESTS_CA_BUNDLE"] = os.environ["DESK_CA"]  # before requests is loaded

import requests
from story import URL, by_and_by, chapter, cli, expect, tell

TENANT = os.environ["DESK_TENANT"]
V1 = URL + "/v1"
CAPACITY = "/providers/Microsoft.Capacity"
told = {}  # what a chapter found and a later one needs


def token(resource):
    """In the old form, as Partner Center's clients ask for theirs: its numbers are texts."""
    answer = requests.post(f"{URL}/{TENANT}/oauth2/token", timeout=60, data={
        "grant_type": "client_credentials", "client_id": os.environ["DESK_CLIENT"], "client_secret": os.environ["DESK_SECRET"],
        "resource": resource})
    expect(answer.status_code, 200, answer.text)
    if not isinstance(answer.json()["expires_in"], str):
        raise AssertionError("expires_in is no text")
    return {"Authorization": "Bearer " + answer.json()["access_token"]}


def v1(method, path, status, body=None, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = requests.request(method, V1 + path, json=body, headers={**told["partner"], **headers}, timeout=60)
    expect(answer.status_code, status, f"{method} {path}: {answer.text[:300]}")
    return answer


def arm(method, path, version, status=200):
    answer = requests.request(method, f"{URL}{path}?api-version={version}", headers=told["arm"], timeout=60)
    expect(answer.status_code, status, f"{method} {path}: {answer.text[:300]}")
    return answer.json()


def refused(answer, code):
    expect(answer.json()["code"], code, "code")
    expect(answer.json()["source"], "PartnerFD", "source")


@chapter
def signs_in_for_each_face_by_itself():
    told["partner"] = token("https://graph.windows.net")
    told["arm"] = token("https://management.azure.com/")
    answer = requests.get(V1 + "/customers", headers=told["arm"], timeout=60)
    expect(answer.status_code, 401, "a token of the other face")
    refused(answer, 400)
    if not answer.headers["WWW-Authenticate"].startswith("OAuth realm=urn:cpsvc:cpid:"):
        raise AssertionError(answer.headers["WWW-Authenticate"])


@chapter
def finds_the_customer():
    correlation = str(uuid.uuid4())
    answer = v1("GET", "/customers?size=40", 200, MS_CorrelationId=correlation, X_Locale="de-DE")
    expect(answer.headers["MS-CorrelationId"], correlation, "correlation id")
    expect(answer.headers["X-Locale"], "de-DE", "locale")
    if answer.content.startswith(b"\xef\xbb\xbf"):
        raise AssertionError("a byte order mark")
    name = json.dumps({"Field": "CompanyName", "Value": "hafen", "Operator": "starts_with"})
    found = requests.get(V1 + "/customers", params={"size": 0, "filter": name}, headers=told["partner"], timeout=60).json()
    expect(found["totalCount"], 1, "customers of that name")
    told["customer"] = "/customers/" + found["items"][0]["id"]
    detail = v1("GET", told["customer"], 200).json()
    expect(detail["companyProfile"]["companyName"], "Hafen Werke GmbH", "company")
    refused(v1("GET", "/customers/" + str(uuid.uuid4()), 403), 20002)


@chapter
def keeps_the_billing_profile_with_its_etag():
    path = told["customer"] + "/profiles/billing"
    profile = v1("GET", path, 200).json()
    etag = profile["attributes"]["etag"]
    profile["defaultAddress"] = {"city": "Bremen", "addressLine1": "Am Wall 4", "postalCode": "28195"}
    expect(v1("PUT", path, 200, profile, If_Match=f'"{etag}"').json()["defaultAddress"]["city"], "Bremen", "city")
    refused(v1("PUT", path, 400, profile, If_Match=f'"{etag}"'), 2055)


@chapter
def registers_a_subscription_for_reservations():
    subscription = v1("GET", told["customer"] + "/subscriptions", 200).json()["items"][0]
    told["subscription"] = subscription["id"]
    path = f"{told['customer']}/subscriptions/{subscription['id']}"
    answer = v1("POST", path + "/registrations", 202)
    by_and_by(lambda: v1("GET", answer.headers["Location"], 200).json()["status"], "registered", "registration")


@chapter
def finds_something_to_buy():
    products = v1("GET", "/products?country=DE&targetView=AzureReservationsVM&size=500", 200).json()["items"]
    product = next(each for each in products if each["id"] == "Standard_D2s_v5")
    skus = v1("GET", product["links"]["skus"]["uri"], 200).json()["items"]
    sku = next(each for each in skus if each["dynamicAttributes"]["armRegionName"] == "westeurope" and
               each["dynamicAttributes"]["duration"] == "1Year")
    offers = v1("GET", f"{told['customer']}/products/{product['id']}/skus/{sku['id']}/availabilities", 200).json()["items"]
    expect([each["defaultCurrency"]["code"] for each in offers], ["EUR"], "currencies")
    told["item"] = offers[0]["catalogItemId"]
    stock = v1("POST", "/extensions/product/checkInventory?country=DE", 200,
               {"TargetItems": [{"ProductId": product["id"], "SkuId": sku["id"]}]}).json()
    expect(stock[0]["isRestricted"], False, "restricted")


@chapter
def buys_by_a_cart_once():
    def line(item):
        return {"CatalogItemId": item, "FriendlyName": "harbour", "Quantity": 2, "BillingCycle": "one_time", "TermDuration": "P1Y",
                "ProvisioningContext": {"SubscriptionId": told["subscription"], "Scope": "shared"}}
    cart = v1("POST", told["customer"] + "/carts", 201, {"LineItems": [line(told["item"]), line("Standard_X9:nowhere-P1Y:EUR")]}).json()
    expect(cart["lineItems"][1]["error"]["errorCode"], "10001", "error of the line")
    path, request = cart["links"]["self"]["uri"] + "/checkout", str(uuid.uuid4())
    first = v1("POST", path, 201, MS_RequestId=request)
    expect(v1("POST", path, 201, MS_RequestId=request).text, first.text, "the same request again")
    expect([each["orderGroupId"] for each in first.json()["orderErrors"]], ["1"], "what could not be ordered")
    refused(v1("POST", path, 400, MS_RequestId=str(uuid.uuid4())), 800065)
    told["order"] = first.json()["orders"][0]["id"]
    status = v1("GET", first.json()["orders"][0]["links"]["provisioningStatus"]["uri"], 200).json()
    expect(status["items"][0]["status"], "Fulfilled", "provisioning")


@chapter
def goes_from_the_entitlement_to_the_reservation():
    entitlements = v1("GET", told["customer"] + "/entitlements?entitlementType=reservedinstance", 200).json()["items"]
    mine = next(each for each in entitlements if each["referenceOrder"]["id"] == told["order"])
    artifact = v1("GET", mine["entitledArtifacts"][0]["link"]["uri"], 200).json()
    expect(artifact["reservations"], artifact["virtualMachineReservations"], "two names for the same")
    reservation = artifact["reservations"][0]["reservationId"]
    path = f"{CAPACITY}/reservationOrders/{mine['entitledArtifacts'][0]['resourceId']}/reservations/{reservation}"
    record = arm("GET", path, "2022-11-01")
    expect((record["properties"]["displayName"], record["properties"]["quantity"]), ("harbour", 2), "the record")


@chapter
def pages_through_orders():
    seen, headers, path = [], {}, told["customer"] + "/orders?size=2"
    while path:
        page = v1("GET", path, 200, **headers).json()
        seen += [each["id"] for each in page["items"]]
        following = page["links"].get("next")
        path = following and following["uri"]
        headers = {each["key"]: each["value"] for each in following["headers"]} if following else {}
    expect(len(set(seen)), len(seen), "each order once")
    expect(told["order"] in seen, True, "the new order")


@chapter
def files_a_service_request_that_is_a_ticket():
    topics = v1("GET", "/servicerequests/supporttopics", 200).json()["items"]
    topic = next(each for each in topics if each["name"] == "Reservation Management / Exchanges and Refunds")
    body = {"Title": "Refund of one unit", "Description": f"Order {told['order']}", "Severity": "moderate", "SupportTopicId": topic["id"],
            "CountryCode": "DE", "Organization": {"Id": told["customer"].rsplit("/", 1)[1]},
            "PrimaryContact": {"FirstName": "Ida", "LastName": "Brandt", "Email": "ida@partner.example"}}
    made = v1("POST", "/servicerequests/en-US", 201, body).json()
    tickets = arm("GET", "/providers/Microsoft.Support/supportTickets", "2024-04-01")["value"]
    ticket = next(each for each in tickets if each["properties"]["supportTicketId"] == made["id"])
    expect(ticket["properties"]["title"], "Refund of one unit", "the ticket")
    noted = v1("PATCH", "/servicerequests/" + made["id"], 200, {"NewNote": {"Text": "One of two units."}, "Status": "none"}).json()
    expect(noted["notes"][-1]["text"], "One of two units.", "the note")
    expect(v1("PATCH", "/servicerequests/" + made["id"], 200, {"Status": "closed"}).json()["status"], "closed", "status")


@chapter
def reads_who_did_what():
    filter_ = json.dumps({"Field": "CustomerId", "Value": told["customer"].rsplit("/", 1)[1], "Operator": "equals"})
    today = cli("clock", "show")["now"][:10]
    records = requests.get(V1 + "/auditrecords", params={"startDate": today, "size": 500, "filter": filter_}, headers=told["partner"],
                           timeout=60).json()["items"]
    if "cart_checkout" not in [each["operationType"] for each in records]:
        raise AssertionError(f"no checkout in {[each['operationType'] for each in records]}")


@chapter
def lets_the_customer_buy():
    path = told["customer"] + "/purchasepermission"
    permission = v1("GET", path, 200).json()
    expect(permission["allowed"], False, "at first")
    v1("PUT", path, 200, {"allowed": True}, If_Match=f'"{permission["attributes"]["etag"]}"')
    expect(cli("customer", "show", "Hafen Werke")["may_buy"], "on", "what the command line says")


tell()

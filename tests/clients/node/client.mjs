// Azure's JavaScript clients against a served sandbox. tests/clients/run.sh sets the environment; NODE_EXTRA_CA_CERTS is read at start.
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { ConsumptionManagementClient } from "@azure/arm-consumption";
import { AzureReservationAPI } from "@azure/arm-reservations";
import { MicrosoftSupport } from "@azure/arm-support";
import { ClientSecretCredential } from "@azure/identity";

const { DESK_URL: url, DESK_TENANT: tenant, DESK_CLIENT: id, DESK_SECRET: secret, PRORATA } = process.env;
const endpoint = { endpoint: url };
const credential = (given) => new ClientSecretCredential(tenant, id, given, { authorityHost: url, disableInstanceDiscovery: true });
const agent = credential(secret);
const desk = new AzureReservationAPI(agent, endpoint);
const told = {};  // what a chapter found and a later one needs

let failed = false;
async function chapter(name, story) {
  try {
    await story();
    console.log(`ok ${name}`);
  } catch (error) {
    failed = true;
    console.log(`FAIL ${name} ${String(error).replace(/\s+/g, " ").slice(0, 400)}`);
  }
}
function expect(seen, wanted, what) {
  const [a, b] = [JSON.stringify(seen), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what}: ${a}, not ${b}`);
}
async function refused(status, code, words, call) {
  try {
    await call();
  } catch (error) {
    expect([error.statusCode, error.code], [status, code], "the refusal");
    if (!error.message.includes(words)) throw new Error(`'${words}' is not in '${error.message}'`);
    return;
  }
  throw new Error(`it was not refused with ${status} ${code}`);
}
async function byAndBy(read, wanted, what) {
  for (const until = Date.now() + 30_000; Date.now() < until && (await read()) !== wanted; ) await new Promise((go) => setTimeout(go, 200));
  expect(await read(), wanted, what);
}
async function all(pages) {
  const found = [];
  for await (const each of pages) found.push(each);
  return found;
}
const cli = (...words) => JSON.parse(execFileSync(PRORATA, [...words, "--output", "json"], { encoding: "utf8" }));
const cents = (amount) => Math.round(amount * 100);
const nameOf = (path) => path.slice(path.lastIndexOf("/") + 1);

const line = (quantity, displayName, change = {}) => ({
  sku: { name: "Standard_D2s_v5" }, location: "westeurope", reservedResourceType: "VirtualMachines",
  billingScopeId: `/subscriptions/${told.subscription}`, term: "P1Y", billingPlan: "Upfront", quantity, displayName,
  appliedScopeType: "Shared", renew: false, ...change,
});
const living = async () =>
  (await all(desk.reservation.list(told.order))).filter((each) => each.properties.provisioningState === "Succeeded");
const units = async () => (await living()).map((each) => each.properties.quantity).sort();
const owed = (reservation) => cli("settle", "list").filter((each) => each.reservation === nameOf(reservation));

await chapter("a wrong secret is told so", async () => {
  try {
    await credential("guessed").getToken(`${url}/.default`);
  } catch (error) {
    if (!error.message.includes("AADSTS7000215")) throw error;
    return;
  }
  throw new Error("a guessed secret opened the desk");
});

await chapter("signs in and lists orders", async () => {
  const orders = await all(desk.reservationOrder.list());
  expect(orders.filter((each) => each.displayName === "SAP application").map((each) => each.term), ["P3Y"], "the term of one");
  const { token } = await agent.getToken(`${url}/.default`);
  const answer = await fetch(`${url}/subscriptions?api-version=2022-12-01`, { headers: { Authorization: `Bearer ${token}` } });
  [{ subscriptionId: told.subscription }] = (await answer.json()).value;
});

await chapter("a forged token is 401", async () => {
  const forged = { getToken: async () => ({ token: "a.forged.token", expiresOnTimestamp: Date.now() + 3600_000 }) };
  await refused(401, "InvalidAuthenticationToken", "", () => all(new AzureReservationAPI(forged, endpoint).reservationOrder.list()));
});

await chapter("the catalog has the size", async () => {
  const found = await all(desk.getCatalog(told.subscription, { reservedResourceType: "VirtualMachines", location: "westeurope" }));
  expect(found.some((each) => each.name === "Standard_D2s_v5"), true, "it is there");
});

await chapter("a price becomes an order", async () => {
  const { properties: price } = await desk.reservationOrder.calculate(line(3, "By JavaScript"));
  expect(price.pricingCurrencyTotal.amount, 3 * 590, "three of 590 USD");
  told.order = price.reservationOrderId;
  told.price = price.billingCurrencyTotal.amount;
  const order = await desk.reservationOrder.purchase(told.order, line(3, "By JavaScript"));
  expect([order.name, order.originalQuantity], [told.order, 3], "the order");
  await byAndBy(async () => (await desk.reservationOrder.get(told.order)).provisioningState, "Succeeded", "its state");
  expect(await units(), [3], "units");
});

await chapter("splits and merges", async () => {
  const [whole] = await living();
  await desk.reservation.split(told.order, { reservationId: whole.id, quantities: [2, 1] });
  expect(await units(), [1, 2], "after the split");
  await desk.reservation.merge(told.order, { sources: (await living()).map((each) => each.id) });
  expect(await units(), [3], "after the merge");
});

await chapter("the scope becomes one subscription", async () => {
  const [whole] = await living();
  const scope = `/subscriptions/${told.subscription}`;
  const change = { appliedScopeType: "Single", appliedScopeProperties: { subscriptionId: scope } };
  const changed = await desk.reservation.update(told.order, whole.name, change);
  expect([changed.properties.appliedScopeType, changed.properties.appliedScopeProperties.subscriptionId], ["Single", scope], "the scope");
  expect(cli("reservation", "show", whole.name).scope, `Single ${scope}`, "the scope, as the desk has it");
});

await chapter("a return pays once", async () => {
  const [{ id: reservationId }] = await living();
  const reservationToReturn = { reservationId, quantity: 1 };
  const { properties: quote } = await desk.calculateRefund.post(told.order, {
    id: `/providers/Microsoft.Capacity/reservationOrders/${told.order}`, properties: { scope: "Reservation", reservationToReturn },
  });
  expect(cents(quote.billingRefundAmount.amount * 3), cents(told.price), "a third comes back on the first day");
  const back = { properties: { sessionId: quote.sessionId, scope: "Reservation", returnReason: "not needed", reservationToReturn } };
  expect((await desk.return.post(told.order, back)).name, told.order, "the order");
  expect(await units(), [2], "units left");
  const once = owed(reservationId);
  expect(once.map((each) => each.refund), [quote.billingRefundAmount.amount.toFixed(2)], "the books");
  await desk.return.post(told.order, back);
  expect(owed(reservationId), once, "the books after the same return again");
  expect(await units(), [2], "units after it");
});

await chapter("an exchange buys what it said", async () => {
  const [{ id: reservationId }] = await living();
  const quote = await desk.calculateExchange.post({ properties: {
    reservationsToExchange: [{ reservationId, quantity: 1 }], reservationsToPurchase: [line(2, "Exchanged by JavaScript")] } });
  const { sessionId, purchasesTotal, refundsTotal, netPayable } = quote.properties;
  expect(cents(purchasesTotal.amount) - cents(refundsTotal.amount), cents(netPayable.amount), "net payable");
  const done = await desk.exchange.post({ properties: { sessionId } });
  expect(done.status, "Succeeded", "the exchange");
  const bought = await desk.reservationOrder.get(nameOf(done.properties.reservationsToPurchase[0].reservationOrderId));
  expect(bought.originalQuantity, 2, "units bought");
  expect(await units(), [1], "units left");
});

await chapter("a request for support has a thread", async () => {
  const support = new MicrosoftSupport(agent, told.subscription, endpoint);
  const [service] = await all(support.services.list());
  const [problem] = await all(support.problemClassifications.list(service.name));
  const name = `node-${randomUUID()}`;
  const made = await support.supportTickets.beginCreateAndWait(name, {
    title: "By JavaScript", description: "May we return one unit?", severity: "minimal", problemClassificationId: problem.id,
    serviceId: service.id, contactDetails: { firstName: "Greta", lastName: "Hafen", preferredContactMethod: "email",
      primaryEmailAddress: "greta@hafenwerke.example", preferredTimeZone: "W. Europe Standard Time", country: "DEU",
      preferredSupportLanguage: "en-US" },
  });
  expect([made.name, made.status], [name, "Open"], "the request");
  await support.communications.beginCreateAndWait(name, "first", {
    subject: "Its number", body: "It is the one in westeurope.", sender: "greta@hafenwerke.example" });
  const thread = (await all(support.communications.list(name))).map((each) => each.body);
  expect(thread[0], "It is the one in westeurope.", "the newest of the thread");
  await refused(404, "ResourceNotFound", "", () => support.supportTickets.get("nobody-wrote-this"));
});

await chapter("a role is given once and taken back", async () => {
  const roles = new AuthorizationManagementClient(agent, told.subscription, endpoint);
  const scope = `/providers/Microsoft.Capacity/reservationOrders/${told.order}`;
  const [name, principalId] = [randomUUID(), randomUUID()];
  const [reader] = await all(roles.roleDefinitions.list(scope, { filter: "roleName eq 'Reader'" }));
  const given = { roleDefinitionId: reader.id, principalId, principalType: "User" };
  expect((await roles.roleAssignments.create(scope, name, given)).principalId, principalId, "whose");
  await refused(409, "RoleAssignmentExists", "", () => roles.roleAssignments.create(scope, randomUUID(), given));
  await roles.roleAssignments.delete(scope, name);
  const left = await all(roles.roleAssignments.listForScope(scope, { filter: `principalId eq '${principalId}'` }));
  expect(left.length, 0, "what is left");
});

await chapter("usage can be asked for", async () => {
  const usage = new ConsumptionManagementClient(agent, told.subscription, endpoint);
  const filter = "properties/usageDate ge 2026-08-01 AND properties/usageDate le 2026-08-31";
  expect(await all(usage.reservationsSummaries.listByReservationOrder(told.order, "daily", { filter })), [], "summaries of August");
  await refused(400, "BadRequest", "", () => all(usage.reservationsSummaries.listByReservationOrder(told.order, "weekly")));
});

await chapter("usage of a machine shows in summaries and details", async () => {
  const held = cli("reservation", "list", "--customer", tenant)
    .find((each) => each.sku.startsWith("Standard_") && each.state === "Succeeded" && each.order !== told.order);
  const within = new Date(held.expiry);  // a day on which it is active, whenever it was bought
  within.setUTCFullYear(within.getUTCFullYear() - 1);
  within.setUTCDate(within.getUTCDate() + 2);
  const day = within.toISOString().slice(0, 10);
  const machine = `/subscriptions/${told.subscription}/resourceGroups/web/providers/Microsoft.Compute/virtualMachines/web-1`;
  const rows = Array.from({ length: 24 }, (_, hour) =>
    `${day}T${String(hour).padStart(2, "0")}:00:00Z,${machine},${held.sku},${held.region},1`);
  const path = `${process.env.TMPDIR}/usage.csv`;
  writeFileSync(path, ["time,resource_id,size,region,quantity", ...rows, ""].join("\n"));
  expect(cli("usage", "import", path, "--customer", tenant)[0].kept, 24, "rows");
  cli("utilization", "run");
  const shown = cli("utilization", "show", "--customer", tenant).reservations.find((each) => Number(each.used_hours) > 0);
  const { order } = cli("reservation", "list", "--customer", tenant).find((each) => each.id === shown.reservation);
  const usage = new ConsumptionManagementClient(agent, told.subscription, endpoint);
  const filter = `properties/usageDate ge ${day} AND properties/usageDate le ${day}`;
  const ours = (each) => each.reservationId === shown.reservation;
  const [summary] = (await all(usage.reservationsSummaries.listByReservationOrder(order, "daily", { filter }))).filter(ours);
  expect([summary.usedHours, summary.reservedHours], [Number(shown.used_hours), Number(shown.reserved_hours)], "hours");
  expect(summary.avgUtilizationPercentage, Number(shown.used_percent), "percent");
  const details = (await all(usage.reservationsDetails.listByReservationOrder(order, filter))).filter(ours);
  expect(details.reduce((sum, each) => sum + each.usedHours, 0), Number(shown.used_hours), "hours of the details");
});

await chapter("what is not there is 404 and what is wrong 400", async () => {
  const stranger = randomUUID();
  await refused(404, "ReservationOrderNotFound", stranger, () => desk.reservationOrder.get(stranger));
  await refused(400, "InvalidReservationOrderId", "no-id", () => desk.reservationOrder.get("no-id"));
  await refused(400, "UnsupportedReservationTerm", "P9Y", () => desk.reservationOrder.calculate(line(1, "x", { term: "P9Y" })));
});

process.exit(failed ? 1 : 0);

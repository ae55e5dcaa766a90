#include "wire/import_invoice.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace prorata::wire {
namespace {

constexpr const char* kCustomer = "9060d13d-c5ed-482e-b059-a15a38000001";
constexpr const char* kOrder = "99f246cf-ed96-41b4-b0cd-0aa43eb10001";

struct Read {
  std::vector<InvoiceLine> lines;
  ImportReport report;
  InvoiceDialect dialect{};
  std::string error;
};
Read read(std::string_view text, std::string number = {}) {
  Read out;
  TextBytes source(text, "invoice");
  const Result<void> done = import_invoice(
      source, {.number = std::move(number)},
      [&](std::span<const InvoiceLine> lines) -> Result<void> {
        out.lines.insert(out.lines.end(), lines.begin(), lines.end());
        return {};
      },
      out.report, out.dialect);
  if (!done) out.error = done.error().text();
  return out;
}

constexpr const char* kNewHeader =
    "PartnerId,CustomerId,CustomerName,InvoiceNumber,OrderId,OrderDate,ProductName,SkuName,ChargeType,UnitPrice,Quantity,Subtotal,TaxTotal,"
    "Total,"
    "Currency,ChargeStartDate,ChargeEndDate,TermAndBillingCycle,ReservationOrderId,ReferenceId,ColumnOfTomorrow\n";

TEST(ImportInvoice, ReadsTheReconciliationFileOfNewCommerce) {
  const Read got =
      read("\xEF\xBB\xBF" + std::string(kNewHeader) +
           fmt::format("p,{},Nordvik AB,G1,o1,2026-03-04,\"Reserved VM Instance, D2s\",D2s,cancelImmediate,-100,2,-200.00,-50,-250,SEK,"
                       "3/4/2026 12:00:00 AM,3/31/2026,1 Year Reservation,{},ref-1,x\n",
                       kCustomer, kOrder));
  ASSERT_EQ(got.error, "");
  ASSERT_EQ(got.lines.size(), 1u);
  const InvoiceLine& line = got.lines[0];
  EXPECT_EQ(got.dialect, InvoiceDialect::new_commerce);
  EXPECT_EQ(line.invoice, "G1");
  EXPECT_EQ(line.customer->text(), kCustomer);
  EXPECT_EQ(line.order->text(), kOrder);
  EXPECT_EQ(line.charge, "cancelImmediate");
  EXPECT_EQ(line.quantity, 2);
  EXPECT_EQ(line.amount, (Money{-20'000, *Currency::parse("SEK")}));
  EXPECT_EQ(line.tax.minor, -5'000);
  EXPECT_EQ(line.from, make_day(2026, 3, 4));
  EXPECT_EQ(line.until, make_day(2026, 3, 31));
  EXPECT_EQ(line.reference, "ref-1");
  EXPECT_EQ(line.state, LineState::open);
}

TEST(ImportInvoice, ReadsLineItemsWithNumbersAsTextsAndAsNumbers) {
  const std::string text = fmt::format(
      R"({{"totalCount": 2, "items": [
        {{"customerId": "org:{0}", "invoiceNumber": "G2", "chargeType": "new", "quantity": "25", "subtotal": "1,234.565", "taxTotal": "0",
          "currency": "USD", "chargeStartDate": "2026-05-20T00:00:00Z", "reservationOrderId": "RIOderId:{1}"}},
        {{"customerId": "{0}", "invoiceNumber": "G2", "chargeType": "New", "quantity": 0.5, "subtotal": 1.5e2, "currency": "JPY",
          "orderDate": "2026-02-08T22:31:47.1751688Z", "productName": "Licence"}}],
        "links": {{"self": {{"uri": "/invoices", "method": "GET", "headers": []}}}}}})",
      kCustomer, kOrder);
  const Read got = read(text);
  ASSERT_EQ(got.error, "");
  ASSERT_EQ(got.lines.size(), 2u) << (got.report.refusals.empty() ? "" : got.report.refusals[0].text());
  EXPECT_EQ(got.lines[0].customer->text(), kCustomer);
  EXPECT_EQ(got.lines[0].order->text(), kOrder);
  EXPECT_EQ(got.lines[0].amount, (Money{123'457, Currency::usd()})) << "half a cent goes away from zero";
  EXPECT_EQ(got.lines[1].amount, (Money{150, *Currency::parse("JPY")}));
  EXPECT_EQ(got.lines[1].quantity, 0) << "half a unit is nobody's";
  EXPECT_EQ(got.lines[1].state, LineState::other);
}

TEST(ImportInvoice, ReadsTheLegacyFileOfALicenseInvoice) {
  const Read got = read(fmt::format("CustomerId\tCustomerName\tDurableOfferId\tOfferName\tChargeStartDate\tChargeEndDate\tChargeType\tQuant"
                                    "ity\tAmount\tSubtotal\tTax\t"
                                    "TotalForCustomer\tCurrency\n{}\tÅkeri\tx\tReserved capacity\t5/12/2017 0:00\t6/9/2017 0:00\tCycle "
                                    "fee\t3\t0\t(12.00)\t0\t-12\tEUR\n",
                                    kCustomer),
                        "D-77");
  ASSERT_EQ(got.error, "");
  ASSERT_EQ(got.lines.size(), 1u) << (got.report.refusals.empty() ? "" : got.report.refusals[0].text());
  EXPECT_EQ(got.dialect, InvoiceDialect::legacy);
  EXPECT_EQ(got.lines[0].invoice, "D-77");
  EXPECT_EQ(got.lines[0].customer_name, "Åkeri");
  EXPECT_EQ(got.lines[0].amount.minor, -1'200);
  EXPECT_EQ(got.lines[0].from, make_day(2017, 5, 12));
  EXPECT_EQ(got.lines[0].state, LineState::open) << "a customer's credit for something reserved, though no order is named";
}

TEST(ImportInvoice, RefusesALineWithItsPlaceAndGoesOn) {
  const char* good = "new,1,10,SEK,2026-01-01,G3\n";
  const Read got = read(std::string("ChargeType,Quantity,Subtotal,Currency,ChargeStartDate,InvoiceNumber\n") + good +
                        "new,1,ten,SEK,2026-01-01,G3\n"
                        "new,1,10,SEKK,2026-01-01,G3\n"
                        "new,1,10,SEK,2026-02-30,G3\n"
                        "new,1,10,SEK,,G3\n"
                        "new,1,10,SEK,2026-01-01,\n"
                        "new,1,10,SEK,2026-01-01,G/3\n"
                        "new,1,99999999999999999999,SEK,2026-01-01,G3\n" +
                        good);
  EXPECT_EQ(got.lines.size(), 2u);
  ASSERT_EQ(got.report.refused, 7);
  const auto reason = [&](std::size_t i) { return got.report.refusals[i].text(); };
  EXPECT_NE(reason(0).find("line 3, column 7: 'ten' is not an amount"), std::string::npos) << reason(0);
  EXPECT_NE(reason(1).find("'SEKK' is not a currency"), std::string::npos) << reason(1);
  EXPECT_NE(reason(2).find("'2026-02-30' is not a date"), std::string::npos) << reason(2);
  EXPECT_NE(reason(3).find("the line has no date"), std::string::npos) << reason(3);
  EXPECT_NE(reason(4).find("names no invoice; say which one it is with --invoice"), std::string::npos) << reason(4);
  EXPECT_NE(reason(5).find("is not an invoice number"), std::string::npos) << reason(5);
  EXPECT_NE(reason(6).find("is not an amount"), std::string::npos) << reason(6);
}

TEST(ImportInvoice, RefusesFilesOfAnotherKind) {
  EXPECT_NE(read("UsageDate,Subtotal,Currency,ChargeType\n").error.find("rated usage"), std::string::npos);
  EXPECT_NE(read("Subtotal,Currency,ChargeType\n").error.find("--invoice"), std::string::npos);
  EXPECT_NE(read("a,b\n1,2\n").error.find("the column"), std::string::npos);
}

}  // namespace
}  // namespace prorata::wire

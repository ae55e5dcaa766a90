#include "wire/usage_header.h"

#include <algorithm>
#include <initializer_list>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"

namespace prorata::wire {
namespace {

struct Wanted {
  enum Need : std::uint8_t { required, optional };
  UsageField field;
  Need need;
  std::initializer_list<std::string_view> names;  // the better ones first; in lower case, without blanks and underscores
};

struct Form {
  UsageDialect dialect;
  std::string_view title;
  std::initializer_list<Wanted> fields;
};

constexpr Wanted::Need kNeeded = Wanted::required;
constexpr Wanted::Need kIfThere = Wanted::optional;

// The more particular ones first: the first that has all it needs is taken.
const Form kForms[] = {
    {UsageDialect::focus,
     "FOCUS",
     {{kTime, kNeeded, {"chargeperiodstart"}},
      {kUntil, kNeeded, {"chargeperiodend"}},
      {kResource, kNeeded, {"resourceid"}},
      {kRegion, kNeeded, {"regionid", "region", "regionname"}},
      {kQuantity, kNeeded, {"consumedquantity"}},
      {kUnit, kNeeded, {"consumedunit"}},
      {kDetails, kNeeded, {"xskudetails", "skupricedetails"}},
      {kCharge, kNeeded, {"chargecategory"}},
      {kService, kIfThere, {"xconsumedservice", "xresourcetype"}},
      {kCommitment, kIfThere, {"commitmentdiscountstatus"}},
      {kPricing, kIfThere, {"pricingcategory"}},
      {kPricingMore, kIfThere, {"xpricingsubcategory"}},
      {kMeterCategory, kIfThere, {"xskumetercategory"}},
      {kMeterSubcategory, kIfThere, {"xskumetersubcategory"}},
      {kMeterName, kIfThere, {"xskumetername", "skumeter"}},
      {kCustomer, kIfThere, {"xcustomerid"}},
      {kSubscription, kIfThere, {"subaccountid"}},
      {kResourceGroup, kIfThere, {"xresourcegroupname"}}}},
    {UsageDialect::daily_rated,
     "daily rated usage of Partner Center",
     {{kTime, kNeeded, {"usagedate"}},
      {kResource, kNeeded, {"resourceuri"}},
      {kRegion, kNeeded, {"resourcelocation"}},
      {kQuantity, kNeeded, {"quantity"}},
      {kService, kNeeded, {"consumedservice"}},
      {kDetails, kNeeded, {"additionalinfo"}},
      {kCustomer, kNeeded, {"customerid"}},
      {kUnit, kIfThere, {"unit", "unittype"}},
      {kCharge, kIfThere, {"chargetype"}},
      {kMeterCategory, kIfThere, {"metercategory"}},
      {kMeterSubcategory, kIfThere, {"metersubcategory"}},
      {kMeterName, kIfThere, {"metername"}},
      {kSubscription, kIfThere, {"entitlementid"}},
      {kResourceGroup, kIfThere, {"resourcegroup"}}}},
    {UsageDialect::cost_details,
     "cost or usage details",
     {{kTime, kNeeded, {"date", "usagedate", "usagedatetime"}},
      {kResource, kNeeded, {"resourceid", "instanceid", "instancename"}},
      {kRegion, kNeeded, {"resourcelocation", "location"}},
      {kQuantity, kNeeded, {"quantity", "usagequantity", "consumedquantity"}},
      {kService, kNeeded, {"consumedservice"}},
      {kDetails, kNeeded, {"additionalinfo"}},
      {kUnit, kIfThere, {"unitofmeasure"}},
      {kCharge, kIfThere, {"chargetype"}},
      {kPricing, kIfThere, {"pricingmodel"}},
      {kMeterCategory, kIfThere, {"metercategory"}},
      {kMeterSubcategory, kIfThere, {"metersubcategory"}},
      {kMeterName, kIfThere, {"metername"}},
      {kCustomer, kIfThere, {"customertenantid"}},
      {kSubscription, kIfThere, {"subscriptionid", "subscriptionguid"}},
      {kResourceGroup, kIfThere, {"resourcegroup", "resourcegroupname"}}}},
    {UsageDialect::power_states,
     "power states",
     {{kTime, kNeeded, {"from", "start"}},
      {kUntil, kNeeded, {"to", "until", "end"}},
      {kResource, kNeeded, {"resourceid", "resource"}},
      {kSize, kNeeded, {"size", "vmsize", "sku"}},
      {kRegion, kNeeded, {"region", "location"}},
      {kCustomer, kIfThere, {"customer", "customerid"}}}},
    {UsageDialect::hourly,
     "the hourly form",
     {{kTime, kNeeded, {"time", "hour", "usagetime", "timestamp"}},
      {kResource, kNeeded, {"resourceid", "resource"}},
      {kSize, kNeeded, {"size", "vmsize", "sku"}},
      {kRegion, kNeeded, {"region", "location"}},
      {kQuantity, kNeeded, {"quantity", "hours", "q"}},
      {kCustomer, kIfThere, {"customer", "customerid"}}}},
};

// "Ressourcengruppe (ResourceGroup)" is "resourcegroup".
std::string plain_name(std::string_view name) {
  name = trim(name);
  const std::size_t bracket = name.rfind('(');
  if (name.ends_with(')') && bracket != std::string_view::npos) name = name.substr(bracket + 1, name.size() - bracket - 2);
  std::string plain = to_lower(name);
  std::erase_if(plain, [](char c) { return c == ' ' || c == '_'; });
  return plain;
}

struct Match {
  const Form* form = nullptr;
  UsageHeader header;
  std::size_t needed = 0;
  std::string missing;  // "'quantity', 'region'"
  std::size_t missing_count = 0;
  std::optional<std::string> twice;
};

Match match(const Form& form, std::span<const std::string> names, std::span<const std::string> plain) {
  Match found{.form = &form, .header = {.dialect = form.dialect}};
  found.header.column.fill(-1);
  for (const Wanted& wanted : form.fields) {
    int& column = found.header.column[wanted.field];
    for (const std::string_view name : wanted.names) {
      const auto at = std::ranges::find(plain, name);
      if (at == plain.end()) continue;
      column = static_cast<int>(at - plain.begin());
      found.header.name[wanted.field] = trim(names[static_cast<std::size_t>(column)]);
      if (std::ranges::find(at + 1, plain.end(), name) != plain.end()) found.twice = found.header.name[wanted.field];
      break;
    }
    if (wanted.need == Wanted::optional) continue;
    ++found.needed;
    if (column >= 0) continue;
    ++found.missing_count;
    found.missing += fmt::format("{}'{}'", found.missing.empty() ? "" : ", ", *wanted.names.begin());
  }
  return found;
}

std::string seen(std::span<const std::string> names) {
  std::string out;
  for (const std::string& name : names)
    if (!trim(name).empty() && out.size() < 200) out += fmt::format("{}'{}'", out.empty() ? "" : ", ", trim(name).substr(0, 40));
  return out.empty() ? "none" : out;
}

}  // namespace

Result<UsageHeader> detect_usage_header(std::span<const std::string> names) {
  std::vector<std::string> plain;
  for (const std::string& name : names) plain.push_back(plain_name(name));
  std::optional<Match> nearest;
  for (const Form& form : kForms) {
    Match found = match(form, names, plain);
    if (found.missing_count == 0) {
      if (found.twice) return fail(Code::invalid_data, fmt::format("the column '{}' stands twice in the header", *found.twice));
      return found.header;
    }
    const bool nearer = !nearest || found.missing_count * nearest->needed < nearest->missing_count * found.needed;
    if (nearer) nearest = std::move(found);
  }
  const bool far = nearest->missing_count == nearest->needed;
  if (far)
    return fail(
        Code::invalid_data,
        fmt::format("the header is that of no usage file; it has {}. Read are cost and usage details, FOCUS, daily rated usage, power "
                    "states (from, to, resource_id, size, region) and hours (time, resource_id, size, region, quantity)",
                    seen(names)));
  return fail(Code::invalid_data, fmt::format("the header is nearest to {}, but {} {} missing; it has {}", nearest->form->title,
                                              nearest->missing, nearest->missing_count == 1 ? "is" : "are", seen(names)));
}

}  // namespace prorata::wire

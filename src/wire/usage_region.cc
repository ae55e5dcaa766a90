#include "wire/usage_region.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace prorata::wire {
namespace {

using Names = std::pair<std::string_view, std::string_view>;

// The name of the billing region, in lower case without blanks, and ARM's; sorted by the first.
constexpr auto kBillingRegions = std::to_array<Names>({
    {"aecentral", "uaecentral"},
    {"aenorth", "uaenorth"},
    {"apeast", "eastasia"},
    {"apsoutheast", "southeastasia"},
    {"ateast", "austriaeast"},
    {"aucentral", "australiacentral"},
    {"aucentral2", "australiacentral2"},
    {"aueast", "australiaeast"},
    {"ausoutheast", "australiasoutheast"},
    {"becentral", "belgiumcentral"},
    {"brsouth", "brazilsouth"},
    {"brsoutheast", "brazilsoutheast"},
    {"cacentral", "canadacentral"},
    {"caeast", "canadaeast"},
    {"chnorth", "switzerlandnorth"},
    {"chwest", "switzerlandwest"},
    {"clcentral", "chilecentral"},
    {"cneast", "chinaeast"},
    {"cneast2", "chinaeast2"},
    {"cneast3", "chinaeast3"},
    {"cnnorth", "chinanorth"},
    {"cnnorth2", "chinanorth2"},
    {"cnnorth3", "chinanorth3"},
    {"decentral", "germanycentral"},
    {"denorth", "germanynorth"},
    {"denortheast", "germanynortheast"},
    {"dewestcentral", "germanywestcentral"},
    {"dkeast", "denmarkeast"},
    {"escentral", "spaincentral"},
    {"eunorth", "northeurope"},
    {"euwest", "westeurope"},
    {"ficentral", "finlandcentral"},
    {"frcentral", "francecentral"},
    {"frsouth", "francesouth"},
    {"grcentral", "greececentral"},
    {"idcentral", "indonesiacentral"},
    {"ilcentral", "israelcentral"},
    {"incentral", "centralindia"},
    {"incentraljio", "jioindiacentral"},
    {"insouth", "southindia"},
    {"insouthcentral", "indiasouthcentral"},
    {"inwest", "westindia"},
    {"inwestjio", "jioindiawest"},
    {"itnorth", "italynorth"},
    {"jaeast", "japaneast"},
    {"jawest", "japanwest"},
    {"krcentral", "koreacentral"},
    {"krsouth", "koreasouth"},
    {"mxcentral", "mexicocentral"},
    {"mywest", "malaysiawest"},
    {"noeast", "norwayeast"},
    {"nowest", "norwaywest"},
    {"nznorth", "newzealandnorth"},
    {"plcentral", "polandcentral"},
    {"qacentral", "qatarcentral"},
    {"saeast", "saudiarabiaeast"},
    {"secentral", "swedencentral"},
    {"sesouth", "swedensouth"},
    {"twnorth", "taiwannorth"},
    {"uscentral", "centralus"},
    {"useast", "eastus"},
    {"useast2", "eastus2"},
    {"useast3", "eastus3"},
    {"usgovaz", "usgovarizona"},
    {"usgovtx", "usgovtexas"},
    {"usgovva", "usgovvirginia"},
    {"usnorth", "northcentralus"},
    {"usnorthcentral", "northcentralus"},
    {"ussouth", "southcentralus"},
    {"ussouthcentral", "southcentralus"},
    {"uswest", "westus"},
    {"uswest2", "westus2"},
    {"uswest3", "westus3"},
    {"uswestcentral", "westcentralus"},
    {"zanorth", "southafricanorth"},
    {"zawest", "southafricawest"},
});
static_assert(std::ranges::is_sorted(kBillingRegions, {}, &Names::first));

}  // namespace

std::string arm_region(std::string_view region) {
  std::string key = to_lower(region);
  std::erase_if(key, [](char c) { return c == ' ' || c == '_' || c == '\t'; });
  const auto found = std::ranges::lower_bound(kBillingRegions, std::string_view(key), {}, &Names::first);
  return found != kBillingRegions.end() && found->first == key ? std::string(found->second) : key;
}

}  // namespace prorata::wire

#include "arm/regions.h"

#include <array>

namespace prorata::arm {
namespace {

constexpr auto kRegions = std::to_array<Region>({
    {"australiacentral", "Australia Central", "Asia Pacific"},
    {"australiaeast", "Australia East", "Asia Pacific"},
    {"australiasoutheast", "Australia Southeast", "Asia Pacific"},
    {"brazilsouth", "Brazil South", "South America"},
    {"canadacentral", "Canada Central", "Canada"},
    {"canadaeast", "Canada East", "Canada"},
    {"centralindia", "Central India", "Asia Pacific"},
    {"centralus", "Central US", "US"},
    {"eastasia", "East Asia", "Asia Pacific"},
    {"eastus", "East US", "US"},
    {"eastus2", "East US 2", "US"},
    {"francecentral", "France Central", "Europe"},
    {"germanywestcentral", "Germany West Central", "Europe"},
    {"israelcentral", "Israel Central", "Middle East"},
    {"italynorth", "Italy North", "Europe"},
    {"japaneast", "Japan East", "Asia Pacific"},
    {"japanwest", "Japan West", "Asia Pacific"},
    {"koreacentral", "Korea Central", "Asia Pacific"},
    {"koreasouth", "Korea South", "Asia Pacific"},
    {"northcentralus", "North Central US", "US"},
    {"northeurope", "North Europe", "Europe"},
    {"norwayeast", "Norway East", "Europe"},
    {"polandcentral", "Poland Central", "Europe"},
    {"qatarcentral", "Qatar Central", "Middle East"},
    {"southafricanorth", "South Africa North", "Africa"},
    {"southcentralus", "South Central US", "US"},
    {"southeastasia", "Southeast Asia", "Asia Pacific"},
    {"southindia", "South India", "Asia Pacific"},
    {"spaincentral", "Spain Central", "Europe"},
    {"swedencentral", "Sweden Central", "Europe"},
    {"switzerlandnorth", "Switzerland North", "Europe"},
    {"uaenorth", "UAE North", "Middle East"},
    {"uksouth", "UK South", "Europe"},
    {"ukwest", "UK West", "Europe"},
    {"westcentralus", "West Central US", "US"},
    {"westeurope", "West Europe", "Europe"},
    {"westindia", "West India", "Asia Pacific"},
    {"westus", "West US", "US"},
    {"westus2", "West US 2", "US"},
    {"westus3", "West US 3", "US"},
});

}  // namespace

std::span<const Region> regions() { return kRegions; }

}  // namespace prorata::arm

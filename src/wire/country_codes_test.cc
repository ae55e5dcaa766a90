#include "wire/country_codes.h"

#include <gtest/gtest.h>

#include "support/contact.h"

namespace prorata::wire {
namespace {

TEST(CountryCodes, TwoLettersBecomeThree) {
  EXPECT_EQ(country_code3("SE"), "SWE");
  EXPECT_EQ(country_code3("us"), "USA");
  EXPECT_EQ(country_code3("DE"), "DEU");
  EXPECT_EQ(country_code3("swe"), "swe");
  EXPECT_EQ(country_code3("ZZ"), "ZZ");
  EXPECT_EQ(country_code3(""), "");
}

TEST(CountryCodes, EachIsOneThatAContactMayHave) {
  int found = 0;
  for (char a = 'A'; a <= 'Z'; ++a)
    for (char b = 'A'; b <= 'Z'; ++b) {
      const std::string two{a, b};
      const std::string three = country_code3(two);
      if (three == two) continue;
      ++found;
      EXPECT_TRUE(support::is_country(three)) << two << " -> " << three;
    }
  EXPECT_EQ(found, kCountryCount);
}

}  // namespace
}  // namespace prorata::wire

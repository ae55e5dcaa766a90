// A write whose answer is kept with it: the same request again, under its key, gets the first answer to the letter, whatever has happened
// since. The answer is made by whoever knows the words of the face, inside the commit that it tells of.
//
//   return write_and_tell(app, ask.request, [&](Snapshot& snapshot) -> Result<Telling> {
//     ...
//     return Telling{std::move(changes), ask.tell(cart)};
//   });
#pragma once

#include <functional>
#include <string>

#include "app/app.h"
#include "app/write.h"

namespace prorata {

template <class T>
using Tell = std::function<std::string(const T&)>;

struct Telling {
  Changes changes;
  std::string answer;
};

// Without a key nothing is remembered. Errors: those of decide, those of Store::commit.
Result<std::string> write_and_tell(App& app, const WriteRequest& request, const std::function<Result<Telling>(Snapshot&)>& decide);

}  // namespace prorata

// The recorded exchanges of Microsoft's own command line with Microsoft.Support, request by request: status, links and every field, apart
// from ids, times, and what is about another catalogue and another plan.
#include <set>

#include "app/write.h"
#include "face_shapes.h"
#include "recordings.h"
#include "store/open.h"
#include "support/classification.h"

namespace prorata::testing {
namespace {

struct Exchange {
  http::Method method;
  std::string target;  // without the host
  std::string body;
  int status = 0;
  bool has_links = false;  // Azure-AsyncOperation and Location
  std::string operation;   // of these
  std::string answer;
};

std::vector<Exchange> exchanges(const std::string& recording) {
  std::ifstream file(wire::reference() / "azure-wire" / (recording + ".condensed.txt"));
  std::vector<Exchange> out;
  bool answer = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(">>> ")) {
      const std::size_t space = line.find(' ', 4);
      constexpr std::string_view kHost = "https://management.azure.com";
      out.push_back(
          {.method = *parse_word<http::Method>(line.substr(4, space - 4), "a method"), .target = line.substr(space + 1 + kHost.size())});
      answer = false;
    } else if (line.starts_with("<<< ")) {
      out.back().status = std::stoi(line.substr(line.find("'code': ") + 8));
      constexpr std::string_view kMark = "/operationsStatus/";
      const std::size_t mark = line.find(kMark);
      out.back().has_links = mark != std::string::npos;
      if (out.back().has_links) out.back().operation = line.substr(mark + kMark.size(), 36);
      answer = true;
    } else if (const std::string text(trim(line)); answer && (text.starts_with('{') || text.starts_with('['))) {
      out.back().answer = text;
    } else if (!answer && text.starts_with("body: ")) {
      out.back().body = text.substr(6);
    }
  }
  return out;
}

// What is compared as being there, not for what it says.
bool is_of_its_own(const std::string& pointer) {
  static const std::set<std::string> kOwn = {"supportTicketId",
                                             "problemClassificationDisplayName",
                                             "startTime",
                                             "expirationTime",
                                             "slaMinutes",
                                             "supportPlanType",
                                             "supportPlanDisplayName",
                                             "supportPlanId",
                                             "createdDate",
                                             "modifiedDate",
                                             "fileWorkspaceName",
                                             "createdOn",
                                             "expirationTime"};
  return kOwn.contains(pointer.substr(pointer.rfind('/') + 1));
}

class SupportReplay : public wire::Recorded {
 protected:
  void SetUp() override {
    Recorded::SetUp();
    if (IsSkipped()) return;
    store_ = store::memory_store();
    desk_ = std::make_unique<MadeDesk>(*store_);
    client_ = std::make_unique<FaceClient>(*desk_, arm::support_routes());
    must(write(desk_->app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
      Desk changed = *TRY(snapshot.desk());
      changed.lag_seconds = 30;
      return Changes{.audit = {.actor = "test", .action = "test"}, .desk = changed};
    }));
  }

  // Their ids as ours.
  std::string ours(std::string text) {
    text = replaced(text, "00000000-0000-0000-0000-000000000000", "5ab5c" + desk_->nordvik.text().substr(5));
    text = replaced(text, "44114011-6a66-e902-c00f-e419b6b4509f", std::string(support::kExchangesAndRefunds));
    for (const auto& [theirs, own] : ids_) text = replaced(text, theirs, own);
    return text;
  }

  int replay(const std::string& recording) {
    int compared = 0;
    std::string last_target;
    for (const Exchange& each : exchanges(recording)) {
      SCOPED_TRACE(recording + ": " + std::string(to_string(each.method)) + " " + each.target);
      if (each.target == last_target) desk_->clock.pass_seconds(30);  // a poll that is repeated
      last_target = each.target;
      const Reply reply = client_->send(each.method, ours(each.target), ours(each.body));
      EXPECT_EQ(reply.status(), each.status) << reply.response.body;
      compare_links(each, reply);
      compare_bodies(ours(each.answer), reply.response.body);
      ++compared;
    }
    return compared;
  }

 private:
  void compare_links(const Exchange& recorded, const Reply& reply) {
    const std::string status_link = reply.header("Azure-AsyncOperation");
    EXPECT_EQ(!status_link.empty(), recorded.has_links);
    if (status_link.empty() || !recorded.has_links) return;
    constexpr std::string_view kMark = "/operationsStatus/";
    ids_.emplace_back(recorded.operation, status_link.substr(status_link.find(kMark) + kMark.size(), 36));
    const std::string folder = "https://desk.test:8443" + ours(recorded.target.substr(0, recorded.target.find("/supportTickets/")));
    EXPECT_EQ(status_link, folder + "/operationsStatus/" + ids_.back().second + "?api-version=2024-04-01");
    EXPECT_EQ(reply.header("Location"), folder + "/operationResults/" + ids_.back().second + "?api-version=2024-04-01");
  }

  // The tenant's tree renames messages; the operator's own message has its own words.
  static bool is_operators(const std::map<std::string, std::string>& body, const std::string& pointer) {
    if (!pointer.starts_with("/value/")) return false;
    const auto direction = body.find(pointer.substr(0, pointer.find('/', 7)) + "/properties/communicationDirection");
    return direction != body.end() && direction->second == "Inbound" && !pointer.ends_with("communicationDirection");
  }

  static void compare_bodies(const std::string& recorded, const std::string& ours) {
    const std::map<std::string, std::string> theirs = flat(recorded);
    const std::map<std::string, std::string> mine = flat(ours);
    const bool list_of_tickets = recorded.starts_with(R"({"value":[{)") && recorded.find("/communications/") == std::string::npos;
    const bool message = recorded.find("Microsoft.Support/communications") != std::string::npos;
    for (const auto& [pointer, text] : theirs) {
      const auto found = mine.find(pointer);
      if (list_of_tickets && !pointer.starts_with("/value/0/")) {
        continue;  // that account had others
      } else if (found == mine.end()) {
        ADD_FAILURE() << pointer << " is missing; recorded: " << text.substr(0, 200);
      } else if (message && (pointer.ends_with("/id") || pointer.ends_with("/name"))) {
        EXPECT_FALSE(found->second.empty());
      } else if (message && pointer.ends_with("/subject") && !is_operators(theirs, pointer)) {
        constexpr std::string_view kMark = "TrackingID#";
        EXPECT_EQ(found->second.substr(0, found->second.find(kMark)), text.substr(0, text.find(kMark)));
      } else if (!is_of_its_own(pointer) && !is_operators(theirs, pointer)) {
        EXPECT_EQ(found->second, text) << pointer;
      }
    }
    for (const auto& [pointer, text] : mine) EXPECT_TRUE(theirs.contains(pointer)) << pointer << " is one field too many: " << text;
  }

  std::unique_ptr<Store> store_;
  std::unique_ptr<MadeDesk> desk_;
  std::unique_ptr<FaceClient> client_;
  std::vector<std::pair<std::string, std::string>> ids_;
};

TEST_F(SupportReplay, TicketsBelowASubscription) { EXPECT_EQ(replay("test_support_tickets"), 19); }
TEST_F(SupportReplay, TicketsOfATenant) { EXPECT_EQ(replay("test_support_tickets_no_subscription"), 20); }
TEST_F(SupportReplay, FilesOfRequests) {
  EXPECT_EQ(replay("test_support_file_attachment_in_subscription"), 14);
  EXPECT_EQ(replay("test_support_file_attachment_no_subscription"), 7);
}
TEST_F(SupportReplay, NamesThatAreRefused) {
  EXPECT_EQ(replay("test_support_tickets_create_validations"), 1);
  EXPECT_EQ(replay("test_support_tickets_create_validations_no_subscription"), 1);
}

}  // namespace
}  // namespace prorata::testing

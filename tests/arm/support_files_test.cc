// Files that go with support requests, from the request to the store and back.
#include "app/support_files.h"
#include "support/face_client.h"
#include "support/on_every_store.h"

namespace prorata::testing {
namespace {

const std::string kVersion = "api-version=2024-04-01";

class SupportFiles : public OnEveryStore {
 protected:
  FaceClient& client() {
    if (!client_) client_ = std::make_unique<FaceClient>(desk(), arm::support_routes());
    return *client_;
  }
  std::string own() { return "/subscriptions/5ab5c" + desk().nordvik.text().substr(5); }
  std::string one(const std::string& prefix, const std::string& name = "w") {
    return prefix + "/providers/Microsoft.Support/fileWorkspaces/" + name;
  }
  Reply announce(const std::string& workspace, const std::string& name, const std::string& size, const std::string& chunk,
                 const std::string& chunks) {
    return client().put(workspace + "/files/" + name + "?" + kVersion,
                        R"({"properties":{"fileSize":)" + size + R"(,"chunkSize":)" + chunk + R"(,"numberOfChunks":)" + chunks + "}}");
  }
  Reply upload(const std::string& workspace, const std::string& name, const std::string& index, const std::string& content) {
    return client().post(workspace + "/files/" + name + "/upload?" + kVersion,
                         R"({"content":")" + content + R"(","chunkIndex":)" + index + "}");
  }

 private:
  std::unique_ptr<FaceClient> client_;
};
PRORATA_ON_EVERY_STORE(SupportFiles);

TEST_P(SupportFiles, AFileIsUploadedInChunks) {
  for (const std::string& prefix : {own(), std::string()}) {
    const std::string workspace = one(prefix, prefix.empty() ? "of-tenant" : "w");
    const Reply made = client().put(workspace + "?" + kVersion, "");
    EXPECT_EQ(made.status(), 201) << made.response.body;
    EXPECT_EQ(made.at("/id"), workspace);
    EXPECT_EQ(made.at("/properties/createdOn"), "2026-03-02T10:00:00Z");
    EXPECT_EQ(made.at("/properties/expirationTime"), "2026-03-03T10:00:00Z");
    EXPECT_EQ(client().follow(made.header("Location")).response.body, made.response.body);

    const Reply file = announce(workspace, "a.txt", "5", "3", "2");
    EXPECT_EQ(file.status(), 201) << file.response.body;
    EXPECT_EQ(file.at("/id"), workspace + "/files/a.txt");
    EXPECT_EQ(file.at("/properties/fileSize"), "5");
    EXPECT_EQ(client().follow(file.header("Location")).response.body, file.response.body);
    EXPECT_EQ(upload(workspace, "a.txt", "1", "REU=").status(), 204);
    EXPECT_EQ(upload(workspace, "A.TXT", "0", "QUJD").status(), 204);
    const Reply list = client().get(workspace + "/files?" + kVersion);
    EXPECT_EQ(list.count("/value"), 1U);
    EXPECT_EQ(list.at("/value/0/name"), "a.txt");
  }
  const Reply spaced = announce(one(own()), "march%20invoice.txt", "3", "3", "1");
  EXPECT_TRUE(spaced.header("Location").find("/files/march%20invoice.txt?") != std::string::npos) << spaced.header("Location");
  const support::FileChunk chunk = *must(desk().look()->file_chunk("w", "a.txt", 0));
  EXPECT_EQ(chunk.content, "") << "no content lies in the tables";
  EXPECT_EQ(must(desk().app.contents->get(chunk.checksum)), "QUJD");
  EXPECT_EQ(must(desk().look()->file_workspace("w"))->files.front().received.size(), 2U);
}

TEST_P(SupportFiles, TheSameWorkspaceTwiceIsOne) {
  const Reply first = client().put(one(own()) + "?" + kVersion, "");
  const std::int64_t before = desk().commits();
  const Reply again = client().put(one(own(), "W") + "?" + kVersion, "");
  EXPECT_EQ(again.status(), 201);
  EXPECT_EQ(again.response.body, first.response.body);
  EXPECT_EQ(desk().commits(), before);
  EXPECT_EQ(client().put(one("") + "?" + kVersion, "").status(), 409) << "the name is taken elsewhere";
  const auto check = [&](const std::string& name) {
    return client().post(own() + "/providers/Microsoft.Support/checkNameAvailability?" + kVersion,
                         R"({"name":")" + name + R"(","type":"Microsoft.Support/fileWorkspaces"})");
  };
  EXPECT_EQ(check("w").at("/nameAvailable"), "false");
  EXPECT_EQ(check("other").at("/nameAvailable"), "true");
}

TEST_P(SupportFiles, WhatDoesNotFitIsRefusedAndWritesNothing) {
  const std::string workspace = one(own());
  ASSERT_EQ(client().put(workspace + "?" + kVersion, "").status(), 201);
  ASSERT_EQ(announce(workspace, "a", "5", "3", "2").status(), 201);
  const std::int64_t before = desk().commits();
  EXPECT_EQ(announce(workspace, "b", "5242881", "2621440", "2").at("/error/target"), "fileSize");
  EXPECT_EQ(announce(workspace, "b", "5242880", "5242880", "1").at("/error/target"), "chunkSize");
  EXPECT_EQ(announce(workspace, "b", "9", "3", "3").at("/error/target"), "numberOfChunks");
  EXPECT_EQ(announce(workspace, "b", "\"9\"", "3", "3").code(), "InvalidRequestContent");
  EXPECT_EQ(announce(workspace, "b", "99999999999", "3", "3").code(), "InvalidRequestContent");
  EXPECT_EQ(announce(workspace, "a%b", "3", "3", "1").status(), 400);
  EXPECT_EQ(upload(workspace, "a", "0", "QUI=").at("/error/target"), "content") << "fewer bytes than announced";
  EXPECT_EQ(upload(workspace, "a", "0", "not base64").at("/error/target"), "content");
  EXPECT_EQ(upload(workspace, "a", "2", "QUJD").at("/error/target"), "chunkIndex");
  EXPECT_EQ(upload(workspace, "b", "0", "QUJD").status(), 404);
  EXPECT_EQ(client().post(workspace + "/files/a/upload?" + kVersion, "[]").status(), 400);
  EXPECT_EQ(client().put(one(own(), "12345") + "?" + kVersion, "").code(), "ResourceNameInvalid");
  EXPECT_EQ(desk().commits(), before);
  desk().clock.pass_days(1);
  EXPECT_EQ(upload(workspace, "a", "0", "QUJD").status(), 409) << "it has expired";
}

TEST_P(SupportFiles, AreWhereTheyWereMade) {
  ASSERT_EQ(client().put(one(own()) + "?" + kVersion, "").status(), 201);
  EXPECT_EQ(client().get(one("") + "?" + kVersion).status(), 404);
  EXPECT_EQ(client().get(one(own(), "none") + "/files?" + kVersion).code(), "ResourceNotFound");
  EXPECT_EQ(client().get(one(own()) + "/files/none?" + kVersion).code(), "ResourceNotFound");
  EXPECT_EQ(client().get(one(own()) + "?api-version=2020-04-01").code(), "InvalidResourceType");
  client().with_roles({access::Standing::user_management_admin});
  EXPECT_EQ(client().get(one(own()) + "?" + kVersion).status(), 200);
  EXPECT_EQ(client().put(one(own(), "w2") + "?" + kVersion, "").status(), 403);
  client().caller.tenant = desk().prairie.text();
  EXPECT_EQ(client().get(one(own()) + "?" + kVersion).status(), 404);
  client().at_own_tenant();
  EXPECT_EQ(client().get(one("") + "?" + kVersion).status(), 400) << "whose?";
}

}  // namespace
}  // namespace prorata::testing

// Certificates: made here, read from files, exchanged while connections go on.
#include <sys/stat.h>

#include "server_fixture.h"

namespace prorata::testing {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}
void write(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

int mode_of(const fs::path& path) { return static_cast<int>(fs::status(path).permissions()); }

TEST(LocalCertificate, IsMadeOnceAndKept) {
  const ScratchFolder folder;
  const fs::path place = folder / "tls";
  const TlsFiles files = *local_certificate(place, {"desk.example.com", "10.1.2.3", "0.0.0.0"}, machine_now());
  EXPECT_EQ(files.authority, place / "ca.pem");
  EXPECT_EQ(mode_of(place), 0700);
  EXPECT_EQ(mode_of(place / "ca.key"), 0600);
  EXPECT_EQ(mode_of(place / "server.key"), 0600);
  EXPECT_TRUE(Tls::open(files));
  const std::string authority = read(files.authority);
  const std::string certificate = read(files.certificate);
  ASSERT_TRUE(local_certificate(place, {"10.1.2.3"}, machine_now()));
  EXPECT_EQ(read(files.certificate), certificate);
  EXPECT_EQ(read(files.authority), authority);
}

TEST(LocalCertificate, IsMadeAnewUnderTheSameAuthorityWhereItNoLongerServes) {
  const ScratchFolder folder;
  const TlsFiles files = *local_certificate(folder, {}, machine_now());
  const std::string authority = read(files.authority);
  const auto made_anew = [&](const auto& change, const std::vector<std::string>& hosts, Instant now) {
    const std::string before = read(files.certificate);
    change();
    EXPECT_TRUE(local_certificate(folder, hosts, now));
    EXPECT_EQ(read(files.authority), authority);
    EXPECT_TRUE(Tls::open(files));
    return read(files.certificate) != before;
  };
  const auto nothing = [] {};
  EXPECT_TRUE(made_anew(nothing, {"other.example.com"}, machine_now())) << "another host";
  EXPECT_FALSE(made_anew(nothing, {}, add_seconds(machine_now(), 360LL * 86'400)));
  EXPECT_TRUE(made_anew(nothing, {}, add_seconds(machine_now(), 370LL * 86'400))) << "less than a month left";
  EXPECT_TRUE(made_anew([&] { fs::remove(files.key); }, {}, machine_now()));
  EXPECT_TRUE(made_anew([&] { write(files.certificate, "garbage"); }, {}, machine_now()));
}

TEST(LocalCertificate, AnAuthorityNearItsEndIsMadeAnew) {
  const ScratchFolder folder;
  const TlsFiles files = *local_certificate(folder, {}, machine_now());
  const std::string authority = read(files.authority);
  ASSERT_TRUE(local_certificate(folder, {}, add_seconds(machine_now(), 3300LL * 86'400)));
  EXPECT_NE(read(files.authority), authority);
}

TEST(LocalCertificate, DoesNotOverwriteSomebodyElsesAuthority) {
  const ScratchFolder folder;
  const TlsFiles files = *local_certificate(folder, {}, machine_now());
  fs::remove(folder / "ca.key");
  EXPECT_TRUE(local_certificate(folder, {}, machine_now())) << "what serves needs no new signature";
  const auto other_host = local_certificate(folder, {"other.example.com"}, machine_now());
  ASSERT_FALSE(other_host);
  EXPECT_EQ(other_host.error().code, Code::invalid_data);
  EXPECT_NE(other_host.error().message.find("ca.key"), std::string::npos);
}

TEST(LocalCertificate, RefusesHostsThatAreNone) {
  const ScratchFolder folder;
  for (const char* host : {"a,DNS:b", "a b", "", "*", "a/b"}) EXPECT_FALSE(local_certificate(folder, {host}, machine_now())) << host;
  EXPECT_FALSE(local_certificate("/proc/no/such/place", {}, machine_now()));
}

TEST(TlsFile, WhatCannotServeIsRefusedInWords) {
  const ScratchFolder folder;
  const ScratchFolder another;
  const TlsFiles files = *local_certificate(folder, {}, machine_now());
  const TlsFiles others = *local_certificate(another, {}, machine_now());
  write(folder / "garbage", "no certificate");
  const ScratchFolder old;
  const TlsFiles expired = *local_certificate(old, {}, add_seconds(machine_now(), -400LL * 86'400));
  const struct {
    TlsFiles files;
    Code code;
    std::string words;
  } cases[] = {
      {{files.certificate, others.key}, Code::invalid_data, "is not the key of"},
      {{folder / "garbage", files.key}, Code::invalid_data, "is no certificate in PEM"},
      {{files.certificate, folder / "garbage"}, Code::invalid_data, "is no private key in PEM"},
      {{folder / "missing", files.key}, Code::not_found, "there is no certificate"},
      {{files.certificate, folder / "missing"}, Code::not_found, "there is no private key"},
      {expired, Code::invalid_data, "has expired"},
  };
  for (const auto& each : cases) {
    const auto tls = Tls::open(each.files);
    ASSERT_FALSE(tls) << each.words;
    EXPECT_EQ(tls.error().code, each.code) << each.words;
    EXPECT_NE(tls.error().message.find(each.words), std::string::npos) << tls.error().message;
  }
}

using ReloadTest = ServerTest;

void replace(const TlsFiles& files, const TlsFiles& by) {
  fs::rename(by.key, files.key);
  fs::rename(by.certificate, files.certificate);
  fs::copy_file(by.authority, files.authority, fs::copy_options::overwrite_existing);
}

TEST_F(ReloadTest, NewConnectionsGetTheNewCertificateAndOldOnesGoOn) {
  start();
  Client before = client();
  EXPECT_EQ(before.get("/a").status, 200);
  const ScratchFolder another;
  replace(files_, *local_certificate(another, {}, machine_now()));
  EXPECT_TRUE(eventually([&] { return server_->metrics().find("certificate_reloads_total 1") != std::string::npos; })) << "found by itself";
  Client after = client();
  ASSERT_TRUE(after.connected());
  EXPECT_NE(after.certificate_serial(), before.certificate_serial());
  EXPECT_EQ(before.get("/b").status, 200);
  EXPECT_EQ(after.get("/b").status, 200);
}

TEST_F(ReloadTest, AGarbageCertificateIsRefusedAndTheOldOneStays) {
  start();
  const std::string serial = client().certificate_serial();
  write(files_.certificate, "garbage");
  const Result<void> reloaded = server_->reload_certificate();
  ASSERT_FALSE(reloaded);
  EXPECT_NE(reloaded.error().message.find("server.pem"), std::string::npos);
  EXPECT_EQ(client().certificate_serial(), serial);
  write(files_.certificate, "other garbage");
  EXPECT_TRUE(eventually([&] { return problem_count() > 0; })) << "the operator is told";
  EXPECT_EQ(client().certificate_serial(), serial);
}

}  // namespace
}  // namespace prorata::testing

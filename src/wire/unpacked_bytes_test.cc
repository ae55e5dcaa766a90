// What is packed comes out whole, and what is broken says so.
#include "wire/unpacked_bytes.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

namespace prorata::wire {
namespace {

std::string gzip(std::string_view text) {
  z_stream z{};
  EXPECT_EQ(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&z, text.size()) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

std::string zstd(std::string_view text) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress2(context, out.data(), out.size(), text.data(), text.size()));
  ZSTD_freeCCtx(context);
  return out;
}

// Gives a few bytes at a time, as a pipe may.
class Dripping final : public ByteSource {
 public:
  Dripping(std::string_view text, std::size_t step) : text_(text, "drip"), step_(step) {}
  Result<std::size_t> read(std::span<char> into) override { return text_.read(into.subspan(0, std::min(step_, into.size()))); }
  const std::string& name() const override { return text_.name(); }

 private:
  TextBytes text_;
  std::size_t step_;
};

struct Unpacked {
  std::string text;
  std::string error;
};

Unpacked unpack(std::string_view bytes, std::size_t step, std::size_t room) {
  Dripping source(bytes, step);
  UnpackedBytes unpacked(source);
  Unpacked out;
  std::string buffer(room, '\0');
  for (;;) {
    const Result<std::size_t> got = unpacked.read(buffer);
    if (!got) out.error = got.error().text();
    if (!got || *got == 0) return out;
    out.text.append(buffer, 0, *got);
  }
}

std::string long_text() {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i * 7919 % 65'537) + ',';
  return text;
}

TEST(UnpackedBytes, GiveTheTextWhateverItIsPackedIn) {
  const std::string text = long_text();
  const std::string skippable("\x50\x2A\x4D\x18\x03\x00\x00\x00xyz", 11);
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{1} << 20U})
    for (const std::size_t room : {std::size_t{100}, std::size_t{1} << 16U}) {
      EXPECT_EQ(unpack(text, step, room).text, text);
      EXPECT_EQ(unpack(gzip(text), step, room).text, text);
      EXPECT_EQ(unpack(zstd(text), step, room).text, text);
      EXPECT_EQ(unpack(gzip("ab") + gzip("") + gzip("cd"), step, room).text, "abcd");
      EXPECT_EQ(unpack(zstd("ab") + zstd("") + skippable + zstd("cd"), step, room).text, "abcd");
      EXPECT_EQ(unpack(skippable + zstd("cd"), step, room).text, "cd");
    }
  for (const std::string_view plain : {"", "a", "\x1F", "\x28\xB5", "time,id"}) EXPECT_EQ(unpack(plain, 1, 100).text, plain);
}

TEST(UnpackedBytes, SayWhatIsBrokenOrCutOff) {
  const std::string text = long_text();
  for (const auto& [packed, name] : {std::pair(gzip(text), "gzip"), std::pair(zstd(text), "zstd")}) {
    const std::string cut_off = std::string("'drip' is packed with ") + name + " and cut off; fetch it again";
    EXPECT_EQ(unpack(packed.substr(0, packed.size() / 2), 1000, 1000).error, cut_off);
    EXPECT_EQ(unpack(packed.substr(0, packed.size() - 1), 1000, 1000).error, cut_off);
    std::string broken = packed;
    for (std::size_t i = broken.size() / 2; i < broken.size() / 2 + 40; ++i) broken[i] = static_cast<char>(broken[i] ^ 0x5A);
    EXPECT_EQ(unpack(broken, 1000, 1000).error, std::string("'drip' is packed with ") + name + " and broken; fetch it again");
  }
  EXPECT_FALSE(unpack(gzip("ab") + "rubbish", 1000, 1000).error.empty());
}

}  // namespace
}  // namespace prorata::wire

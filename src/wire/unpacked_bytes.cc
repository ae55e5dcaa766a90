#include "wire/unpacked_bytes.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include "base/check.h"

namespace prorata::wire {
namespace {

constexpr std::size_t kPackedBytes = std::size_t{256} << 10U;
constexpr std::string_view kGzipMagic = "\x1F\x8B";
constexpr std::string_view kZstdMagic = "\x28\xB5\x2F\xFD";
constexpr int kGzipWindow = 15 + 16;  // the largest, and gzip's own header
constexpr int kZstdWindowLog = 27;

// A zstd file may begin with frames that hold no text: 0x184D2A50 to 0x184D2A5F, the lowest byte first.
bool is_skippable_zstd(std::string_view start) {
  return start.size() >= 4 && (static_cast<unsigned char>(start[0]) & 0xF0U) == 0x50U && start.substr(1, 3) == "\x2A\x4D\x18";
}

}  // namespace

struct UnpackedBytes::Gzip {
  Gzip() { CHECK(inflateInit2(&stream, kGzipWindow) == Z_OK, "memory for unpacking"); }
  ~Gzip() { inflateEnd(&stream); }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;
  z_stream stream{};
  bool within = false;  // a member that has begun and not ended
};

struct UnpackedBytes::Zstd {
  Zstd() : stream(ZSTD_createDStream()) {
    CHECK(stream != nullptr, "memory for unpacking");
    ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, kZstdWindowLog);
  }
  ~Zstd() { ZSTD_freeDStream(stream); }
  Zstd(const Zstd&) = delete;
  Zstd& operator=(const Zstd&) = delete;
  ZSTD_DStream* stream;
  bool within = false;
};

UnpackedBytes::UnpackedBytes(ByteSource& source) : source_(source) {}
UnpackedBytes::~UnpackedBytes() = default;

std::unexpected<Error> UnpackedBytes::broken(std::string_view what) const {
  return fail(Code::invalid_data, fmt::format("'{}' is packed with {} and broken; fetch it again", name(), what));
}
std::unexpected<Error> UnpackedBytes::cut_off(std::string_view what) const {
  return fail(Code::invalid_data, fmt::format("'{}' is packed with {} and cut off; fetch it again", name(), what));
}

// Whether there is more. What has been unpacked makes room.
Result<bool> UnpackedBytes::refill() {
  if (ended_) return false;
  packed_.resize(kPackedBytes);
  at_ = 0;
  const Result<std::size_t> got = source_.read(packed_);
  packed_.resize(got.value_or(0));
  if (!got) return std::unexpected(got.error());
  ended_ = *got == 0;
  return !ended_;
}

// A pipe may give its first bytes one by one.
Result<void> UnpackedBytes::detect() {
  std::string start;
  while (start.size() < 4 && TRY(refill())) start += packed_;
  packed_ = std::move(start);
  at_ = 0;
  const std::string_view begun = packed_;
  packing_ = begun.starts_with(kGzipMagic)                               ? Packing::gzip
             : begun.starts_with(kZstdMagic) || is_skippable_zstd(begun) ? Packing::zstd
                                                                         : Packing::none;
  if (packing_ == Packing::gzip) gzip_ = std::make_unique<Gzip>();
  if (packing_ == Packing::zstd) zstd_ = std::make_unique<Zstd>();
  return {};
}

Result<Packing> UnpackedBytes::packing() {
  if (!packing_) TRY(detect());
  return *packing_;
}

Result<std::size_t> UnpackedBytes::read_plain(std::span<char> into) {
  if (at_ == packed_.size()) return ended_ ? Result<std::size_t>(0) : source_.read(into);
  const std::size_t size = std::min(into.size(), packed_.size() - at_);
  std::ranges::copy(std::string_view(packed_).substr(at_, size), into.begin());
  at_ += size;
  return size;
}

Result<std::size_t> UnpackedBytes::read_gzip(std::span<char> into) {
  z_stream& z = gzip_->stream;
  z.next_out = reinterpret_cast<Bytef*>(into.data());
  z.avail_out = static_cast<uInt>(std::min<std::size_t>(into.size(), UINT32_MAX));
  const uInt room = z.avail_out;
  while (z.avail_out == room) {
    if (at_ == packed_.size() && !TRY(refill())) {
      if (gzip_->within) return cut_off("gzip");
      return 0;
    }
    const bool next_member = !gzip_->within && z.total_in > 0;
    if (next_member) inflateReset(&z);
    gzip_->within = true;
    z.next_in = reinterpret_cast<Bytef*>(packed_.data() + at_);
    z.avail_in = static_cast<uInt>(packed_.size() - at_);
    const int status = inflate(&z, Z_NO_FLUSH);
    at_ = packed_.size() - z.avail_in;
    if (status == Z_STREAM_END)
      gzip_->within = false;
    else if (status != Z_OK && status != Z_BUF_ERROR)
      return broken("gzip");
  }
  return room - z.avail_out;
}

Result<std::size_t> UnpackedBytes::read_zstd(std::span<char> into) {
  ZSTD_outBuffer out{into.data(), into.size(), 0};
  while (out.pos == 0) {
    if (at_ == packed_.size() && !TRY(refill())) {
      if (zstd_->within) return cut_off("zstd");
      return 0;
    }
    ZSTD_inBuffer in{packed_.data(), packed_.size(), at_};
    const std::size_t left = ZSTD_decompressStream(zstd_->stream, &out, &in);
    at_ = in.pos;
    if (ZSTD_isError(left) != 0) return broken("zstd");
    zstd_->within = left != 0;
  }
  return out.pos;
}

Result<std::size_t> UnpackedBytes::read(std::span<char> into) {
  if (into.empty()) return 0;
  switch (TRY(packing())) {
    case Packing::none: return read_plain(into);
    case Packing::gzip: return read_gzip(into);
    case Packing::zstd: return read_zstd(into);
  }
  return 0;
}

}  // namespace prorata::wire

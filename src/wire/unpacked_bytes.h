// A source that unpacks what it is given where that is packed with gzip or zstd, and passes everything else through. What it is is told by
// its first bytes and not by its name. Several members or frames behind one another are one text, as gunzip and unzstd have it.
//
//   FileBytes file = TRY(FileBytes::open("usage.csv.gz"));
//   UnpackedBytes usage(file);
//   while (std::size_t got = TRY(usage.read(buffer))) ...
//
// Memory: 256 KiB, and for zstd its window, at most 128 MiB. Errors: invalid_data for a packed file that is broken or cut off, also where
// the text before it was good; those of the source.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "wire/bytes.h"

namespace prorata::wire {

enum class Packing : std::uint8_t { none, gzip, zstd };

class UnpackedBytes final : public ByteSource {
 public:
  explicit UnpackedBytes(ByteSource& source);
  ~UnpackedBytes() override;

  Result<std::size_t> read(std::span<char> into) override;
  const std::string& name() const override { return source_.name(); }

  Result<Packing> packing();  // reads the first bytes where that has not been done

 private:
  struct Gzip;
  struct Zstd;
  Result<void> detect();
  Result<bool> refill();
  Result<std::size_t> read_plain(std::span<char> into);
  Result<std::size_t> read_gzip(std::span<char> into);
  Result<std::size_t> read_zstd(std::span<char> into);
  std::unexpected<Error> broken(std::string_view what) const;
  std::unexpected<Error> cut_off(std::string_view what) const;

  ByteSource& source_;
  std::string packed_;  // read and not yet unpacked
  std::size_t at_ = 0;
  bool ended_ = false;
  std::optional<Packing> packing_;
  std::unique_ptr<Gzip> gzip_;
  std::unique_ptr<Zstd> zstd_;
};

}  // namespace prorata::wire

// Memory of the engine: aligned, never cleared for nothing, kept from one run to the next.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>

#include "utilization/lanes.h"

namespace prorata::utilization {

// A vector of plain numbers whose new elements hold anything.
template <class T>
class Buffer {
 public:
  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  T& operator[](std::size_t i) { return data_.get()[i]; }
  const T& operator[](std::size_t i) const { return data_.get()[i]; }
  std::size_t size() const { return size_; }

  // What was in it is lost.
  void reset(std::size_t size) {
    if (size > room_) {
      data_.reset();
      data_ = make(size);
      room_ = size;
    }
    size_ = size;
  }
  // `count` more, behind what is there.
  T* grow(std::size_t count) {
    if (size_ + count > room_) {
      const std::size_t room = std::max(size_ + count, room_ + room_ / 2);
      Memory larger = make(room);
      if (size_ > 0) std::memcpy(larger.get(), data_.get(), size_ * sizeof(T));
      data_ = std::move(larger);
      room_ = room;
    }
    size_ += count;
    return data_.get() + size_ - count;
  }
  void shrink(std::size_t size) { size_ = size; }

 private:
  struct Free {
    void operator()(T* memory) const { ::operator delete(memory, std::align_val_t{kTileAlignment}); }
  };
  using Memory = std::unique_ptr<T, Free>;
  static Memory make(std::size_t size) {
    return Memory(static_cast<T*>(::operator new(size * sizeof(T), std::align_val_t{kTileAlignment})));
  }
  Memory data_;
  std::size_t size_ = 0;
  std::size_t room_ = 0;
};

}  // namespace prorata::utilization

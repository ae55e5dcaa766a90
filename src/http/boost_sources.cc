// Asio and Beast, compiled once. clang-tidy and readers may pass by.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>

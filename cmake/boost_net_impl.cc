// Boost.Asio and Boost.Beast compiled once, here, for the broker and the SDK.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>

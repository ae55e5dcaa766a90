// Sends: a mail by SMTP with STARTTLS, an event to a webhook. Each call blocks until it is done or its time is up, and keeps nothing.
//
//   TRY(send_mail(server, recipient, message));                       // delivered to the server, or why not
//   TRY(post(webhook, body, unix_seconds, options));                  // answered 2xx, or why not
//
// Errors: unavailable with the reason, for a person; nothing of a secret is in it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "app/notify_records.h"
#include "app/recipients.h"
#include "base/error.h"

namespace prorata::notify {

struct SendOptions {
  std::chrono::milliseconds connect_time{5'000};
  std::chrono::milliseconds time{10'000};
  std::string authority;  // path of a PEM of whom to trust; empty: whom the machine trusts
};

// To a Recipient, and so to the partner's people only (app/recipients.h).
Result<void> send_mail(const NotifySettings& server, const std::string& password, const Recipient& to, const std::string& message,
                       const SendOptions& options);

// The password of the mail server: the first line of the file that the settings name, otherwise PRORATA_SMTP_PASSWORD. Empty: none.
// Errors: not_found for a file that cannot be read.
Result<std::string> mail_password(const NotifySettings& settings);

// CloudEvents 1.0, structured mode: the whole event in one JSON document.
std::string cloud_event(const Delivery& delivery);
inline constexpr std::string_view kCloudEventType = "application/cloudevents+json; charset=utf-8";

// "t=1772442000,v1=<64 hexadecimal digits>": HMAC-SHA256 by the webhook's secret over "1772442000." and the body, byte for byte.
inline constexpr std::string_view kSignatureHeader = "Prorata-Signature";
std::string signature_of(std::string_view secret, std::int64_t unix_seconds, std::string_view body);

// Follows no redirect, uses no proxy, and connects to no private or link-local address unless the webhook may; to this machine only where
// its host says so by name.
Result<void> post(const Webhook& webhook, const std::string& body, const std::string& delivery_id, std::int64_t unix_seconds,
                  const SendOptions& options);

// Whether an address, as text, is of a network that is not the public one: 10.0.0.0/8, 169.254.0.0/16, fc00::/7 and their like.
bool is_private_address(std::string_view address);

}  // namespace prorata::notify

#pragma once
// A TLS key and its self-signed certificate. Peers do not trust a name or an authority, they pin the SHA-256 of the public key.

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace skypact::app {

struct TlsKey {
  std::string private_key_pem, certificate_pem;
  std::string pin;               // base 64 of SHA-256 of the SubjectPublicKeyInfo (RFC 7469, section 2.4)
};
// `algorithm`: "ed25519" or "p256"; names: DNS names and addresses, the first one the subject.
Result<TlsKey> make_tls_key(const std::string& algorithm, const std::vector<std::string>& names, unsigned days);
// Of a certificate in PEM.
Result<std::string> pin_of_certificate(const std::string& pem);

}  // namespace skypact::app

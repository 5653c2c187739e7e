#include "tls_key.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

#include "base/text.h"
#include "ledger/hash.h"

namespace skypact::app {
namespace {

template <class T, void (*free)(T*)>
struct Free {
  void operator()(T* p) const { free(p); }
};
void free_bio(BIO* bio) { BIO_free_all(bio); }
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509, X509_free>>;
using Memory = std::unique_ptr<BIO, Free<BIO, free_bio>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION, X509_EXTENSION_free>>;

Error openssl_failed(const char* what) { return {ErrorCode::internal, std::string("OpenSSL cannot ") + what}; }

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

bool is_host(const std::string& name) {
  return !name.empty() && name.size() <= 253 && name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:") == std::string::npos;
}

bool is_address(const std::string& name) {
  unsigned char bytes[16];
  return ::inet_pton(AF_INET, name.c_str(), bytes) == 1 || ::inet_pton(AF_INET6, name.c_str(), bytes) == 1;
}

bool add_extension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

Result<std::string> pin_of(X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (size <= 0) return openssl_failed("write the public key");
  const std::string pin = ledger::to_base64(ledger::sha256({der, static_cast<std::size_t>(size)}));
  OPENSSL_free(der);
  return pin;
}

}  // namespace

Result<TlsKey> make_tls_key(const std::string& algorithm, const std::vector<std::string>& names, unsigned days) {
  std::string alternatives;
  for (const std::string& name : names) {
    if (!is_host(name)) return Error{ErrorCode::usage, quoted(name) + " is no host name and no address"};
    alternatives += (alternatives.empty() ? "" : ",") + std::string(is_address(name) ? "IP:" : "DNS:") + name;
  }
  const Key key(algorithm == "ed25519" ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519") : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  if (!key) return openssl_failed("make a key");
  const Certificate certificate(X509_new());
  unsigned char serial[16];
  if (!certificate || RAND_bytes(serial, sizeof serial) != 1) return openssl_failed("make a serial number");
  serial[0] &= 0x7F;   // positive (RFC 5280, section 4.1.2.2)
  const std::unique_ptr<BIGNUM, Free<BIGNUM, BN_free>> number(BN_bin2bn(serial, sizeof serial, nullptr));
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  // A common name has 64 characters at most; the alternative names are what clients look at.
  const std::string common = names.front().substr(0, 64);
  // The clocks of others may be behind.
  constexpr long before = -24 * 3600;
  const bool made = number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get())) != nullptr && X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
                    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), before) != nullptr &&
                    X509_time_adj_ex(X509_getm_notAfter(certificate.get()), static_cast<int>(days), 0, nullptr) != nullptr && X509_set_pubkey(certificate.get(), key.get()) == 1 &&
                    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common.c_str()), -1, -1, 0) == 1 &&
                    X509_set_issuer_name(certificate.get(), subject) == 1 && add_extension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE") &&
                    add_extension(certificate.get(), NID_key_usage, "critical,digitalSignature") &&
                    add_extension(certificate.get(), NID_ext_key_usage, "serverAuth,clientAuth") && add_extension(certificate.get(), NID_subject_alt_name, alternatives) &&
                    X509_sign(certificate.get(), key.get(), algorithm == "ed25519" ? nullptr : EVP_sha256()) > 0;
  if (!made) return openssl_failed("make the certificate");
  const Memory private_text(BIO_new(BIO_s_secmem())), public_text(BIO_new(BIO_s_mem()));
  if (!private_text || !public_text || PEM_write_bio_PrivateKey(private_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1 ||
      PEM_write_bio_X509(public_text.get(), certificate.get()) != 1) {
    return openssl_failed("write the key");
  }
  auto pin = pin_of(certificate.get());
  if (!pin) return pin.error();
  return TlsKey{text_of(private_text.get()), text_of(public_text.get()), std::move(*pin)};
}

Result<std::string> pin_of_certificate(const std::string& pem) {
  const Memory memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const Certificate certificate(memory ? PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr) : nullptr);
  if (!certificate) return bad_input("this is no certificate in PEM");
  return pin_of(certificate.get());
}

}  // namespace skypact::app

#pragma once
// What the files about access tokens share of OpenSSL; for their .cpp files only.

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>
#include <string_view>

#include "base/result.h"

namespace skypact::accounts {

template <auto free>
struct OpensslFree {
  template <class T>
  void operator()(T* p) const {
    free(p);
  }
};
using Pkey = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, OpensslFree<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, OpensslFree<EVP_MD_CTX_free>>;
using BigNumber = std::unique_ptr<BIGNUM, OpensslFree<BN_free>>;
using MemoryBio = std::unique_ptr<BIO, OpensslFree<BIO_free_all>>;

// OpenSSL queues its errors by thread, and a later TLS call of the same thread would take them for its own.
struct QuietErrors {
  QuietErrors() = default;
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;
  ~QuietErrors() { ERR_clear_error(); }
};

[[nodiscard]] inline const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
[[nodiscard]] inline MemoryBio bio_of(std::string_view text) { return MemoryBio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

// RSA, of a size and an exponent within TokenKeyLimits. Errors: bad_input.
Result<void> check_rsa(const EVP_PKEY* key);

}  // namespace skypact::accounts

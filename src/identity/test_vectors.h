// Keys and tokens that other programs made: those of RFC 7515 appendix A, and some by OpenSSL's command line and Python's cryptography.
// They sign nothing but tests.
#pragma once

#include <string_view>

namespace prorata::identity::vectors {

// RFC 7515 A.3: ES256.
inline constexpr std::string_view kRfcEcKeys =
    R"({"keys":[{"kty":"EC","crv":"P-256","kid":"rfc","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})";
inline constexpr std::string_view kRfcEcText =
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
inline constexpr std::string_view kRfcEcSignature =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

// RFC 7515 A.2: RS256.
inline constexpr std::string_view kRfcRsaKeys =
    R"({"keys":[{"kty":"RSA","kid":"rfc","e":"AQAB","n":")"
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-"
    "pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2Ca"
    "pHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb5"
    "4h4FRWyuXpoQ"
    "\"}]}";
inline constexpr std::string_view kRfcRsaText =
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
inline constexpr std::string_view kRfcRsaSignature =
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr"
    "7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--x"
    "i12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_Ioy"
    "pGlUPQGe77Rw";

// A key by OpenSSL's command line, its coordinates and its RFC 7638 thumbprint by another program.
inline constexpr std::string_view kPem =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgmSCZ6wyaJEZnpaYT\n"
    "KuVxfbFh4bicIuH/p5nr1ojXlCOhRANCAAS6mJcVakLO59cOljggGwsSrZeDhabk\n"
    "7dVM+6TfhzjLSgrU08nc47cfdjrHj7fzpPlOdT84VupIAhalXj1fj24Q\n"
    "-----END PRIVATE KEY-----\n";
inline constexpr std::string_view kPemX = "upiXFWpCzufXDpY4IBsLEq2Xg4Wm5O3VTPuk34c4y0o";
inline constexpr std::string_view kPemY = "CtTTydzjtx92OsePt_Ok-U51PzhW6kgCFqVePV-PbhA";
inline constexpr std::string_view kPemThumbprint = "EV5p3DZwkkVmUtQWbIlw_KYGGJ8mlacQayXBnAFGwuI";
inline constexpr std::string_view kPemOfP384 =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDAPaued/D2cpf0ASmWD\n"
    "zIDCAylkwXEHtNXUoO7q6ZD5mWO/ZZJjhsKQUaxUGs+N/MChZANiAARzqmq5VZxG\n"
    "oGI0ALJ6pa2z5HVAV96FjVXJK9wRkrxjy71vVgICN/hd4lS0ZIz5pTPgm1sJ+lvd\n"
    "EepgwZxmDfX0TvpoCUSjPfbwsQRZa7zJuXtcgqaHceCpk4jmcuxTxrc=\n"
    "-----END PRIVATE KEY-----\n";

// An outside issuer's RS256 token, valid from 1700000000 to 1700003600, and the modulus that verifies it; and a modulus of 1024 bits.
inline constexpr std::string_view kOutsideModulus =
    "zysXJKpJXUjqKNx6p6rF0likn1JGrzbwLSkoiVVqS0x6smsVk5aptaIgHWewP5NbHN5mwRAw8d5eoU1tx3_iy-qInoUF9rmUzTy551C89ViIuM"
    "DvFk4q_sRjviIEi6Zejugg5878dTUVh4wS1xVBYqSt6-UrETaqB3hLE4QXfADJQYCC7wUGPCE2HbQu9p_bFaE05iP_skvF13w318FMpnzdbOaT"
    "2lQdhOKegwLlXRFnzgGf28U1hGVdSTr1bUzuVQwvGCqkDWKBKCMwsgb_FVlURIQyU5OUAH2-lBx8QvrfiWC_GdlM0m9weg9jelL9cvt8Tt_eqa"
    "ShJ8Zk2Qa57w";
inline constexpr std::string_view kOutsideToken =
    "eyJhbGciOiJSUzI1NiIsImtpZCI6Im91dHNpZGUtMSIsInR5cCI6IkpXVCJ9.eyJhdWQiOiBbImFwaTovL290aGVyIiwgImh0dHBzOi8vZGVza"
    "y5leGFtcGxlOjg0NDMiXSwgImlzcyI6ICJodHRwczovL291dHNpZGUuZXhhbXBsZSIsICJpYXQiOiAxNzAwMDAwMDAwLCAiZXhwIjogMTcwMDA"
    "wMzYwMCwgInN1YiI6ICJzLTEiLCAib2lkIjogImEwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMSIsICJ0aWQiOiAiYzAwMDAwM"
    "DAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAxIiwgInByZWZlcnJlZF91c2VybmFtZSI6ICJhbm5hQHBhcnRuZXIuZXhhbXBsZSIsICJyb2x"
    "lcyI6IFsiYWRtaW5fYWdlbnQiXSwgInZlciI6ICIyLjAiLCAidW5rbm93biI6IHsibmVzdGVkIjogWzEsIDI1MDAuMCwgbnVsbF19fQ.BxrjMK"
    "r5aCLhGgXkCNvY3r8gASCOk366gjD8FXRKzGGlpHNktLanhufbJEUtJimr6PXoAKol0UpHIvmPqxNACUzIMoVjcD_ATnMIQgaCdc6FIpzu6UX3"
    "hXEhNAuRsicDD6ZJmWel9khKAkjV5xqfqX07YeOESvtYqmOS44zVwrwp2hPT7Y64GPVEvA7A2PTH-YrASx9JBd2akckmOCXz-Q9RxTdoNuy37a"
    "Ude_bJfwLoyeVRLGaXl9Oiqz3UxqhFzbHNdoxi8RgOrWdcYwxWzJVRjENC9KsoeIdu91IU03HLhsa45-E1hnIwn2Q0kcuSXt0mTkdzOi7paDmH"
    "c0l9TA";
inline constexpr std::string_view kShortModulus =
    "yiGWKbA3BYTS0d1eZFm7ksDzRc4OVAItZ4deZKpokVk-KyI2jzyhSZIBCwga0CzWD7zizGLujNNu4h2x4NTYfvDE6ueaoeIEcMdxxudFrPSDBj"
    "SOyicTnGkp8KImWZvDkhYnvd8CrLfK9bvOnoUgJE8mp7sc2FGcxm2pLshN1Xk";

}  // namespace prorata::identity::vectors

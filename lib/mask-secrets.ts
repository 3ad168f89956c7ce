/** What must not be read in a log, in evidence or in an answer, wherever in a text it stands. */

/** Hides user information and query strings of addresses: passwords, signatures and tokens live there. */
export function maskUrls(text: string): string {
  return text
    .replaceAll(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@?#"'\\]+@/gi, "$1***@")
    .replaceAll(/(\bhttps?:\/\/[^\s?#"'\\]+)\?[^\s"'\\]+/gi, "$1?***");
}

/** Parameters of signed addresses that stand without their address: ours, S3's, COS's, OSS's. */
const SIGNATURES =
  /\b(x-amz-(?:signature|credential|security-token)|q-(?:signature|ak)|signature|sig|access_?token|token|ossaccesskeyid)=[^&\s"'\\]+/gi;
const CREDENTIALS = /\b(basic|bearer|aws4-hmac-sha256)\s+[A-Za-z0-9+/=._~-]{8,}/gi;
/** A JSON property whose name says that its value is nobody's business, however deep it lies. */
const PROPERTIES =
  /("(?:set-cookie|cookie|(?:proxy-)?authorization|password|passwd|secret|secretkey|accesskeysecret|token)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;

/** {@link maskUrls}, and credentials of headers, parameters and properties. JSON stays JSON. */
export function maskSecrets(text: string): string {
  return maskUrls(text)
    .replaceAll(CREDENTIALS, "$1 ***")
    .replaceAll(SIGNATURES, "$1=***")
    .replaceAll(PROPERTIES, '$1"***"');
}

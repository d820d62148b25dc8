export { authorityPem, createAuthority, issueIdentity } from './issue.js';
export type { Authority, Identity, Validity } from './issue.js';
export {
  CERTIFICATE_FILES,
  HOLDERS,
  writeCertificates,
  type CertificateOptions,
} from './write-certificates.js';

import { provenRequest, signedRequest } from './aws/signed-request.ts';

/** Sends requests that are signed with the caller's own AWS credentials. */
export function wireSignedRequest(): typeof signedRequest {
  return signedRequest;
}

/** Sends requests with a proof of whose AWS credentials the caller has, whatever account they are of. */
export function wireProvenRequest(): typeof provenRequest {
  return provenRequest;
}

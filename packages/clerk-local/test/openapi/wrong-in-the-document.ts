interface Mistake {
  /** "<method> <path> <status>" of the answers that it is about. */
  operation: RegExp;
  /** The reason of the validator that it explains. */
  reason: RegExp;
  /** What shows that Clerk answers otherwise than its document says. */
  evidence: string;
}

/** Where Clerk's OpenAPI documents are wrong about Clerk's answers. */
const MISTAKES: readonly Mistake[] = [
  {
    operation: / \/v1\/users/,
    reason: /must NOT have additional properties "timezone"/,
    evidence: '`UserJSON` of @clerk/backend 3.25 has `timezone`, for the API version of the document.',
  },
  {
    operation: / \/v1\/users/,
    reason: /\/organization_memberships must be array, is null/,
    evidence: '`UserJSON` of @clerk/backend 3.25: `OrganizationMembershipJSON[] | null`.',
  },
  {
    operation:
      /^GET \/v1\/(sessions|clients|jwt_templates|users\/\{user_id\}\/oauth_access_tokens\/\{provider\}) 200/,
    reason: /^\/ must be array/,
    evidence:
      'With `paginated=true`, a parameter of the document, @clerk/backend 3.25 reads `data` and `total_count`.',
  },
  {
    operation: / \/v1\/.* 422$/,
    reason: /^the document has .* only: \{"errors":\[\{"code":"form_/,
    evidence:
      "Clerk's index of Backend API errors gives each `form_…` code the status 422, in any operation.",
  },
  {
    operation: /^POST \/v1\/me\/email_addresses\/\{email_id\}\/prepare_verification 400$/,
    reason: /"verification_already_verified"/,
    evidence: "Clerk's index of Frontend API errors gives this code the status 400, as for phone numbers.",
  },
  {
    operation: / \/v1\/.* 400$/,
    reason: /^the document has .* only: \{"errors":\[\{"code":"request_body_invalid"/,
    evidence: "Clerk's index of Backend API errors gives a body that can't be read 400, in any operation.",
  },
  {
    operation: / \/v1\/environment 200/,
    reason: /must NOT have additional properties "force_organization_selection"/,
    evidence: '`OrganizationSettingsJSON` of @clerk/shared 4.41 has it; clerk-js 6.40 reads it.',
  },
  {
    operation: / \/v1\/me\/sessions 200$/,
    reason: /^\/\[\]\/user must be object, is null/,
    evidence: '`SessionWithActivitiesJSON` of @clerk/shared 4.41: `user: null`.',
  },
];

export function isWrongInDocument(operation: string, reason: string): boolean {
  return MISTAKES.some((mistake) => mistake.operation.test(operation) && mistake.reason.test(reason));
}

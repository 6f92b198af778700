const BACKEND_OF_SDK = `
POST /v1/accountless_applications
POST /v1/accountless_applications/complete
POST /v1/beta_features/change_domain
GET /v1/clients/handshake_payload
DELETE /v1/invitations/{invitation_id}
POST /v1/email
POST /v1/email/batch
GET /v1/email/{email_id}
POST /v1/sessions/{session_id}/verify
GET /api_keys
POST /api_keys
POST /api_keys/verify
GET /api_keys/{api_key_id}
PATCH /api_keys/{api_key_id}
DELETE /api_keys/{api_key_id}
GET /api_keys/{api_key_id}/secret
POST /api_keys/{api_key_id}/revoke
GET /m2m_tokens
POST /m2m_tokens
POST /m2m_tokens/verify
POST /m2m_tokens/{m2m_token_id}/revoke
POST /oauth_applications/access_tokens/verify
`;

/** Operations that `@clerk/backend` 3.25 calls and the document doesn't have. */
export const OPERATIONS_OF_SDK: readonly string[] = BACKEND_OF_SDK.trim().split('\n');

export type OAuthProvider = 'oauth_google' | 'oauth_apple';

/** What a provider knows about a person. The same e-mail address is always the same person. */
export interface ProviderPerson {
  provider_user_id: string;
  email_address: string;
  first_name: string;
  last_name: string;
}

/** A question to the consent page. It is answered once, and its answer is used once. */
export interface OAuthRequest {
  /** Also the OAuth `state`. */
  id: string;
  provider: OAuthProvider;
  client_id: string;
  /** What waits for the answer. */
  kind: 'sign_in' | 'sign_up' | 'external_account';
  resource_id: string;
  redirect_url: string;
  /** Where a finished sign-in goes instead. */
  action_complete_redirect_url: string | null;
  /** An app's: the callback hands over a `rotating_token_nonce`. */
  native: boolean;
  expire_at: number;
  /** OAuth's `code`; null until the page has an answer. */
  code: string | null;
  /** Null: cancelled. */
  person: ProviderPerson | null;
  /** The callback has used the answer. */
  used: boolean;
  /** What an app shows to get the result; used once. */
  rotating_token_nonce: string | null;
}

import type { SignUpJSON } from '@clerk/shared/types';
import type { SignUpRecord } from '../store/client-records.ts';
import type { Attribute } from '../store/settings.ts';
import type { Store } from '../store/store.ts';
import type { AsAnswered } from './sdk-types.ts';
import { verificationJson } from './verification-json.ts';

/** How each identifier is verified. */
const STRATEGIES: Partial<Record<Attribute, string>> = {
  email_address: 'email_code',
  phone_number: 'phone_code',
};

export function signUpJson(store: Store, signUp: SignUpRecord) {
  const { required, optional, missing, unverified } = signUpFields(store, signUp);
  const { external_account: external } = signUp.verifications;
  const isOver = signUp.status === 'missing_requirements' && signUp.abandon_at <= store.now();
  return {
    object: 'sign_up_attempt',
    id: signUp.id,
    status: isOver ? 'abandoned' : signUp.status,
    required_fields: required,
    optional_fields: optional,
    missing_fields: missing,
    unverified_fields: unverified,
    verifications: {
      email_address: identifierVerification(store, signUp, 'email_address'),
      phone_number: identifierVerification(store, signUp, 'phone_number'),
      web3_wallet: null,
      external_account: external ? verificationJson(store, external) : null,
    },
    username: signUp.username,
    first_name: signUp.first_name,
    last_name: signUp.last_name,
    email_address: signUp.email_address,
    phone_number: signUp.phone_number,
    web3_wallet: null,
    external_account_strategy: external?.strategy ?? null,
    external_account: null,
    has_password: signUp.password_hash !== null,
    password_enabled: signUp.password_hash !== null,
    unsafe_metadata: signUp.unsafe_metadata,
    public_metadata: {},
    custom_action: false,
    external_id: signUp.external_id,
    created_session_id: signUp.created_session_id,
    created_user_id: signUp.created_user_id,
    abandon_at: signUp.abandon_at,
    legal_accepted_at: signUp.legal_accepted_at,
    locale: signUp.locale,
    timezone: signUp.timezone,
  } satisfies AsAnswered<Omit<SignUpJSON, 'object' | 'optional_fields' | 'unverified_fields'>>;
}

/** The fields by what the instance needs and what this sign-up has. */
export function signUpFields(store: Store, signUp: SignUpRecord) {
  const attributes = Object.entries(store.settings.attributes) as [Attribute, 'on' | 'off' | 'required'][];
  const byAccount = signUp.verifications['external_account']?.status === 'verified';
  // Somebody with an account at a provider needs no password.
  const required = attributes.filter(
    ([name, presence]) => presence === 'required' && !(name === 'password' && byAccount),
  );
  const has = (name: Attribute): boolean =>
    name === 'password' ? signUp.password_hash !== null : signUp[name] !== null;
  const fields = attributes.map(([name]) => name);
  return {
    required: required.map(([name]) => name),
    optional: [
      ...attributes.filter(([, presence]) => presence === 'on').map(([name]) => name),
      ...store.settings.social,
    ],
    missing: required.map(([name]) => name).filter((name) => !has(name)),
    unverified: fields.filter(
      (name) => name in STRATEGIES && has(name) && signUp.verifications[name]?.status !== 'verified',
    ),
  };
}

/**
 * Null until a code was sent: Clerk's `<SignUp/>` sends none when it reads `unverified` and `email_code`, and
 * Clerk's document has no other verification of an e-mail address by a code.
 */
function identifierVerification(store: Store, signUp: SignUpRecord, field: 'email_address' | 'phone_number') {
  const prepared = signUp.verifications[field];
  if (signUp[field] === null || !prepared) return null;
  const verification = verificationJson(store, prepared);
  const nextActions: Record<string, string> = { verified: '', unverified: 'needs_attempt' };
  return {
    ...verification,
    next_action: nextActions[verification.status] ?? 'needs_prepare',
    supported_strategies: [STRATEGIES[field] ?? ''],
  };
}

import type {
  AuthConfigJSON,
  DisplayConfigJSON,
  EnvironmentJSON,
  NativeSettingsJSON,
  OrganizationSettingsJSON,
  UserSettingsJSON,
} from '@clerk/shared/types';
import type { Instance } from '../server/instance.ts';
import { PROVIDERS } from '../store/oauth.ts';
import type { Attribute, Settings } from '../store/settings.ts';
import type { AsAnswered } from './sdk-types.ts';

const WAYS: Partial<Record<Attribute, string>> = { email_address: 'email_code', phone_number: 'phone_code' };

/** The instance's settings as Clerk's SDKs and their prebuilt pages read them. */
export function environmentJson(instance: Instance) {
  const { settings } = instance.store;
  return {
    auth_config: authConfig(instance),
    display_config: displayConfig(instance),
    user_settings: userSettings(settings),
    organization_settings: {
      enabled: false,
      max_allowed_memberships: 5,
      actions: { admin_delete: true },
      domains: { enabled: false, enrollment_modes: [], default_role: 'org:member' },
      slug: { disabled: true },
      creator_role: 'org:admin',
    } satisfies AsAnswered<
      Omit<
        OrganizationSettingsJSON,
        'id' | 'object' | 'force_organization_selection' | 'organization_creation_defaults'
      >
    >,
    fraud_settings: { object: 'fraud_settings', native: { device_attestation_mode: 'disabled' } },
    commerce_settings: {
      billing: {
        stripe_publishable_key: null,
        free_trial_requires_payment_method: false,
        user: { enabled: false, has_paid_plans: false },
        organization: { enabled: false, has_paid_plans: false },
      },
    },
    api_keys_settings: { enabled: false, user_api_keys_enabled: false, orgs_api_keys_enabled: false },
    protect_config: { loaders: [] },
    client_debug_mode: false,
    partitioned_cookies: false,
    maintenance_mode: false,
  } satisfies AsAnswered<Omit<EnvironmentJSON, 'id' | 'object'>>;
}

function authConfig({ id, store: { settings } }: Instance) {
  const { attributes, social } = settings;
  const identifiers = (['email_address', 'phone_number', 'username'] as const).filter(
    (name) => attributes[name] !== 'off',
  );
  const codes = settings.email_code ? ['email_code'] : [];
  return {
    object: 'auth_config',
    id: `aconf_${id.slice(4)}`,
    ...attributes,
    identification_requirements: identifiers
      .filter((name) => attributes[name] === 'required')
      .map((name) => [name]),
    identification_strategies: [...identifiers, ...social],
    first_factors: [...(attributes.password === 'off' ? [] : ['password']), ...codes, ...social],
    second_factors: [],
    email_address_verification_strategies: ['email_code'],
    single_session_mode: settings.single_session_mode,
    enhanced_email_deliverability: false,
    test_mode: true,
    cookieless_dev: false,
    url_based_session_syncing: false,
    claimed_at: null,
    reverification: false,
    native_settings: {
      object: 'native_settings',
      api_enabled: settings.native_settings.api_enabled,
      trusted_device_sign_in_enabled: false,
      trusted_device_enrollment_prompt_after_sign_in_enabled: false,
      trusted_device_enrollment_prompt_after_sign_up_enabled: false,
    } satisfies AsAnswered<NativeSettingsJSON>,
  } satisfies AsAnswered<AuthConfigJSON>;
}

// The addresses of pages are the application's: clerk-js takes them of its own options.
function displayConfig({ id, store: { settings } }: Instance) {
  return {
    object: 'display_config',
    id: `display_config_${id.slice(4)}`,
    instance_environment_type: 'development',
    application_name: settings.application_name,
    theme: THEME,
    preferred_sign_in_strategy: settings.attributes.password === 'off' ? 'otp' : 'password',
    logo_image_url: '',
    favicon_image_url: '',
    home_url: '/',
    sign_in_url: '/sign-in',
    sign_up_url: '/sign-up',
    user_profile_url: '/user',
    waitlist_url: '/waitlist',
    oauth_consent_url: '/oauth-consent',
    after_sign_in_url: '/',
    after_sign_up_url: '/',
    after_sign_out_one_url: '/',
    after_sign_out_all_url: '/',
    after_switch_session_url: '/',
    after_join_waitlist_url: '/',
    organization_profile_url: '/organization',
    create_organization_url: '/create-organization',
    after_leave_organization_url: '/',
    after_create_organization_url: '/',
    logo_link_url: '/',
    support_email: null,
    branded: false,
    experimental_force_oauth_first: false,
    clerk_js_version: '6',
    show_devmode_warning: false,
    google_one_tap_client_id: null,
    help_url: null,
    privacy_policy_url: null,
    terms_url: null,
    logo_url: null,
    favicon_url: null,
    logo_image: null,
    favicon_image: null,
    captcha_public_key: null,
    captcha_widget_type: null,
    captcha_public_key_invisible: null,
    captcha_provider: null,
    captcha_oauth_bypass: [],
    captcha_heartbeat: false,
  } satisfies AsAnswered<DisplayConfigJSON>;
}

function userSettings(settings: Settings) {
  const off = { enabled: false };
  return {
    attributes: attributesJson(settings),
    social: Object.fromEntries(
      settings.social.map((strategy) => [
        strategy,
        {
          enabled: true,
          required: false,
          authenticatable: true,
          block_email_subaddresses: false,
          strategy,
          not_selectable: false,
          deprecated: false,
          name: PROVIDERS[strategy].name,
          logo_url: '',
        },
      ]),
    ),
    saml: off,
    enterprise_sso: { enabled: false, self_serve_sso: false },
    sign_in: { second_factor: { required: false } },
    sign_up: {
      captcha_enabled: false,
      captcha_widget_type: 'smart',
      custom_action_required: false,
      progressive: true,
      mode: settings.sign_up.mode,
      legal_consent_enabled: false,
    },
    restrictions: {
      allowlist: off,
      blocklist: off,
      allowlist_blocklist_disabled_on_sign_in: off,
      block_email_subaddresses: off,
      block_disposable_email_domains: off,
    },
    password_settings: {
      ...settings.password_settings,
      disable_hibp: true,
      disable_password_reverification: true,
      show_zxcvbn: false,
      min_zxcvbn_strength: 0,
      enforce_hibp_on_sign_in: false,
      allowed_special_characters: '',
    },
    username_settings: {
      min_length: 4,
      max_length: 64,
      allow_extended_special_characters: false,
      allow_numeric_usernames: true,
    },
    actions: {
      delete_self: settings.actions.delete_self,
      create_organization: false,
      create_organizations_limit: null,
    },
    attack_protection: {
      user_lockout: settings.user_lockout,
      pii: { enabled: true },
      email_link: { require_same_client: false },
      enumeration_protection: { enabled: false },
    },
    passkey_settings: { allow_autofill: false, show_sign_in_button: false, satisfies_second_factor: false },
  } satisfies AsAnswered<Omit<UserSettingsJSON, 'id' | 'object'>>;
}

function attributesJson({ attributes, email_code: emailCode }: Settings) {
  const attribute = (presence: string, verification: string | undefined, isFactor: boolean) => ({
    enabled: presence !== 'off',
    required: presence === 'required',
    used_for_first_factor: presence !== 'off' && isFactor,
    first_factors: presence !== 'off' && isFactor && verification !== undefined ? [verification] : [],
    used_for_second_factor: false,
    second_factors: [],
    verifications: presence !== 'off' && verification !== undefined ? [verification] : [],
    verify_at_sign_up: presence !== 'off' && verification !== undefined,
    immutable: false,
  });
  const off = attribute('off', undefined, false);
  return {
    ...Object.fromEntries(
      Object.entries(attributes).map(([name, presence]) => [
        name,
        attribute(
          presence,
          WAYS[name as Attribute],
          name === 'email_address' ? emailCode : name === 'username',
        ),
      ]),
    ),
    web3_wallet: off,
    authenticator_app: off,
    ticket: { ...off, enabled: true },
    backup_code: off,
    passkey: off,
  };
}

const THEME = {
  general: {
    color: '#6c47ff',
    background_color: '#ffffff',
    font_family: 'sans-serif',
    font_color: '#212126',
    label_font_weight: '600',
    padding: '1em',
    border_radius: '0.5em',
    box_shadow: '0 2px 8px rgba(0, 0, 0, 0.2)',
  },
  buttons: { font_color: '#ffffff', font_family: 'sans-serif', font_weight: '600' },
  accounts: { background_color: '#ffffff' },
} as const;

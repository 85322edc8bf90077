import type { SimulatedApp, SimulatedUser } from './tenant.ts';

const madeAt = '2025-01-01T00:00:00.000Z';

/** A user as GenAuth describes one, with fields of old endpoints that nobody may keep. */
export function userForm(user: SimulatedUser, asked: Readonly<Record<string, unknown>>): object {
  const { userId, identity } = user;
  const [extIdpId = '', userIdInIdp = ''] = identity?.split(':') ?? [];
  return {
    userId,
    createdAt: madeAt,
    updatedAt: madeAt,
    status: user.status ?? 'Activated',
    workStatus: 'Active',
    externalId: user.externalId ?? null,
    email: user.email ?? null,
    phone: user.phone ?? null,
    phoneCountryCode: null,
    username: user.username ?? null,
    name: user.name ?? null,
    nickname: null,
    photo: 'https://files.example.invalid/default-user-avatar.png',
    gender: 'U',
    emailVerified: user.email !== undefined,
    phoneVerified: user.phone !== undefined,
    userSourceType: 'adminCreated',
    resetPasswordOnNextLogin: false,
    password: 'not-a-real-password-hash',
    salt: 'not-a-real-salt',
    token: 'not-a-real-token',
    ...(asked['withCustomData'] === 'true' || asked['withCustomData'] === true ? { customData: {} } : {}),
    ...(asked['withIdentities'] === 'true' || asked['withIdentities'] === true
      ? { identities: identity === undefined ? [] : [{ extIdpId, userIdInIdp, provider: 'oidc' }] }
      : {}),
  };
}

/** An app as lists of apps describe one. */
export function appForm({ appId, appName }: SimulatedApp): object {
  return {
    appId,
    appName,
    appIdentifier: `app-${appId.slice(-8)}`,
    appLogo: 'https://files.example.invalid/default-app-logo.png',
    appDescription: '',
    appType: 'web',
    isIntegrateApp: false,
  };
}

/** An app as a user's apps and sign-ins describe one. */
export function usedAppForm({ appId, appName }: SimulatedApp): object {
  return {
    appId,
    appName,
    appLogo: 'https://files.example.invalid/default-app-logo.png',
    appLoginUrl: `https://${appId.toLowerCase()}.example.invalid/login`,
  };
}

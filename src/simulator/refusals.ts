/** The errors that the simulator gives in GenAuth's form. */
export const refusals = {
  badSignature: { statusCode: 401, apiCode: 1300, zh: '签名错误', en: 'Signature mismatch' },
  signatureMethod: { statusCode: 401, apiCode: 1301, zh: '签名方法不匹配', en: 'Signature method mismatch' },
  signatureVersion: {
    statusCode: 401,
    apiCode: 1302,
    zh: '签名版本不匹配',
    en: 'Signature version mismatch',
  },
  dateFormat: { statusCode: 401, apiCode: 1303, zh: '时间戳格式错误', en: 'Malformed timestamp' },
  noDate: { statusCode: 401, apiCode: 1304, zh: '请求头缺少 date', en: 'The date header is missing' },
  clockSkew: { statusCode: 401, apiCode: 1305, zh: '时间戳与服务器相差过大', en: 'Clock skew is too large' },
  signatureUsed: {
    statusCode: 401,
    apiCode: 1306,
    zh: '签名已被使用',
    en: 'Signature has already been used',
  },
  notLoggedIn: { statusCode: 401, apiCode: 2020, zh: '尚未登录，无访问权限', en: 'Not logged in' },
  wrongKey: {
    statusCode: 401,
    apiCode: undefined,
    zh: 'accessKeyId 或 accessKeySecret 错误',
    en: 'Wrong accessKeyId or accessKeySecret',
  },
  otherPool: {
    statusCode: 403,
    apiCode: undefined,
    zh: '无权访问该用户池',
    en: 'No right to this user pool',
  },
  forbidden: { statusCode: 403, apiCode: undefined, zh: '无权限', en: 'Forbidden' },
  unknownPool: { statusCode: 404, apiCode: 2224, zh: '用户池不存在', en: 'User pool does not exist' },
  unknownUser: { statusCode: 404, apiCode: 2004, zh: '用户不存在', en: 'User does not exist' },
  lockedUser: { statusCode: 403, apiCode: 2005, zh: '用户已被锁定', en: 'User is locked' },
  unknownApp: { statusCode: 404, apiCode: 2011, zh: '应用不存在', en: 'Application does not exist' },
  appIds: badParameter('appIds'),
  appId: badParameter('appId'),
  userIds: badParameter('userIds'),
  page: badParameter('page'),
  limit: badParameter('limit'),
  start: badParameter('start'),
  end: badParameter('end'),
  userId: badParameter('userId'),
  userIdType: badParameter('options.userIdType'),
  accessKeyId: badParameter('accessKeyId'),
  accessKeySecret: badParameter('accessKeySecret'),
  body: { statusCode: 400, apiCode: undefined, zh: '请求体格式错误', en: 'Malformed request body' },
  tooLarge: {
    httpStatus: 413,
    statusCode: 413,
    apiCode: undefined,
    zh: '请求体过大',
    en: 'Request body is too large',
  },
  unknownPath: {
    httpStatus: 404,
    statusCode: 404,
    apiCode: undefined,
    zh: '接口不存在',
    en: 'No such endpoint',
  },
  throttled: {
    statusCode: 429,
    apiCode: undefined,
    zh: '您的请求已超过最大数量限制，请稍后重试',
    en: 'Too many requests, please try again later',
  },
  serverError: { statusCode: 500, apiCode: undefined, zh: '服务器内部错误', en: 'Internal server error' },
  unavailable: { statusCode: 503, apiCode: undefined, zh: '系统维护中', en: 'Service unavailable' },
} as const satisfies Record<string, Refusal>;

export interface Refusal {
  /** @default 200, as GenAuth has it for business errors: the status is in the body. */
  readonly httpStatus?: number;
  readonly statusCode: number;
  readonly apiCode: number | undefined;
  readonly zh: string;
  readonly en: string;
}

export type RefusalName = keyof typeof refusals;

function badParameter(name: string) {
  return {
    statusCode: 400,
    apiCode: undefined,
    zh: `参数 ${name} 格式错误`,
    en: `Parameter ${name} is malformed`,
  };
}

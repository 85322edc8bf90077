import type { IdKind } from '../../src/input/cell/damage.ts';

/** @returns a number from 0 up to, and without, `below`. */
export type Draw = (below: number) => number;

/** The same numbers for the same seed (mulberry32). */
export function createDraw(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

type Maker = (draw: Draw) => string;

function of(alphabet: string, from: number, to = from): Maker {
  const chars = Array.from(alphabet);
  return (draw) =>
    Array.from({ length: from + draw(to - from + 1) }, () => chars[draw(chars.length)]).join('');
}

const digits = (from: number, to = from): Maker => of('0123456789', from, to);
const hex = (length: number): Maker => of('0123456789abcdef', length);
const lower = (from: number, to: number): Maker => of('abcdefghijklmnopqrstuvwxyz', from, to);
const mixed = (from: number, to: number): Maker =>
  of('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', from, to);
const one =
  (...choices: readonly string[]): Maker =>
  (draw) =>
    choices[draw(choices.length)] ?? '';

/** Texts with what other makers make in place of `{}`. */
function text(parts: TemplateStringsArray, ...makers: readonly Maker[]): Maker {
  return (draw) => parts.map((part, at) => part + (makers[at]?.(draw) ?? '')).join('');
}

const objectId = hex(24);
const uuid = text`${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}`;
const upperUuid: Maker = (draw) => uuid(draw).toUpperCase();
const given = one(
  'Ada',
  'Jean',
  'José',
  'Zoë',
  'Søren',
  'Łukasz',
  'Jürgen',
  'Nguyễn',
  'Ayşe',
  'Renée',
  'Iñaki',
  'Mary-Ann',
);
const family = one(
  'Example',
  'Sample',
  "O'Neill",
  'Müller',
  'Núñez',
  'Ångström',
  'van der Berg',
  'Dvořák',
  'Gonçalves',
  'Synthetic',
);
const ascii = one(
  'ada',
  'jean',
  'jose',
  'zoe',
  'soren',
  'lukas',
  'juergen',
  'may',
  'mai',
  'jan',
  'april',
  'june',
  'august',
  'abel',
);
const surname = one(
  'example',
  'sample',
  'oneill',
  'mueller',
  'nunez',
  'lee',
  'li',
  'null-sample',
  'na',
  'date',
  'total-sample',
);
const hanSurnames = Array.from('王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗沈郝邵颜佟岑滕缪骆栾');
const hanNames = Array.from('伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红鑫宇浩然子涵梓轩雨桐欣怡');
const chinese: Maker = (draw) =>
  [
    hanSurnames[draw(hanSurnames.length)],
    ...Array.from({ length: 1 + draw(2) }, () => hanNames[draw(hanNames.length)]),
  ].join('');
const japanese = one(
  '佐藤太郎',
  '鈴木花子',
  '高橋 健',
  '田中みか',
  'タナカ',
  'やまだ太郎',
  '渡辺翔太',
  '伊藤結衣',
);
const others = one(
  'Иван Примеров',
  'Ольга',
  'محمد',
  'مثال‌ها',
  '김예시',
  'สมชาย',
  'Γιάννης',
  'יעל',
  '👩‍💻',
  'Ærø',
  'Straße',
);
const domain = one(
  'example.com',
  'mail.example.org',
  'example.co.uk',
  'beispiel.example',
  'sub-domain.example.net',
);
const dn = text`CN=${given} ${family},OU=${one('People', 'Staff, Temp'.replace(', ', ' '), 'R&D')},DC=example,DC=com`;
const uidDn = text`uid=${ascii}.${surname},ou=people,dc=example,dc=com`;
const sid = text`S-1-5-21-${digits(9, 10)}-${digits(9, 10)}-${digits(9, 10)}-${digits(3, 5)}`;
const connection = text`${one('auth0', 'google-oauth2', 'samlp|acme', 'waad', 'ad', 'oidc|my-okta')}|${one('', '')}${mixed(8, 24)}`;
const upn = text`${ascii}_${domain}#EXT#@${lower(4, 10)}.onmicrosoft.com`;
const number: Maker = (draw) => String(1 + draw(9_999_999));
const base64: Maker = (draw) => Buffer.from(Array.from({ length: 16 }, () => draw(256))).toString('base64');

/** IDs of each kind as systems give them, none of which anything has happened to. */
export const goodIdMakers: Readonly<
  Record<Exclude<IdKind, 'any' | 'app_ids' | 'custom_field'>, readonly Maker[]>
> = {
  user_id: [objectId, objectId, objectId, uuid, text`u-${number}`],
  app_id: [objectId],
  phone: [
    text`1${one('3', '5', '8', '9')}${digits(9)}`,
    text`+861${one('3', '5')}${digits(9)}`,
    text`00447${digits(9)}`,
    text`010${digits(8)}`,
    text`+1${one('2', '4', '6')}${digits(9)}`,
  ],
  email: [
    text`${ascii}.${surname}@${domain}`,
    text`${ascii}${number}@${domain}`,
    text`${mixed(3, 12)}+${lower(2, 6)}@${domain}`,
    text`o'neill${digits(1, 3)}@${domain}`,
    text`${ascii}@例え.example`,
    upn,
  ],
  username: [
    text`${ascii}.${surname}`,
    text`${ascii}.${surname}${digits(1, 4)}`,
    text`${lower(1, 1)}${lower(4, 12)}`,
    text`EXAMPLE\\${ascii}${digits(1, 3)}`,
    text`${ascii}.${surname}@${domain}`,
    text`${given} ${family}`,
    text`${ascii}_${digits(1, 6)}`,
    chinese,
    text`${chinese}（外包）`,
    japanese,
    others,
    upn,
    text`Anna "Nan" ${family}`,
    text`1${digits(10)}`,
  ],
  external_id: [
    number,
    text`${of('123456789', 1)}${digits(4, 9)}`,
    text`00${digits(4, 6)}${of('123456789', 1)}`,
    text`${digits(17)}${of('123456789', 1)}`,
    uuid,
    text`{${upperUuid}}`,
    sid,
    dn,
    uidDn,
    connection,
    text`HR-${number}`,
    text`${digits(3)}-${digits(2)}-${digits(4)}`,
    text`${of('123456789', 1)}${digits(1)}-${digits(3, 7)}`,
    text`E${digits(5, 8)}`,
    text`0x${hex(8)}`,
    base64,
    mixed(12, 22),
  ],
  identity: [
    text`${objectId}:ou_${hex(32)}`,
    text`${objectId}:${connection}`,
    text`${objectId}:${uidDn}`,
    text`${objectId}:${uuid}`,
  ],
  sync_relation: [
    text`lark:ou_${hex(32)}`,
    text`dingtalk:${digits(10, 18)}-${digits(6, 10)}`,
    text`wechatwork:${one('Zhang', 'Li', 'Wang')}${one('San', 'Si', 'Wu')}`,
    text`ad:${sid}`,
    text`ldap:${uidDn}`,
  ],
};

/** @returns the next good ID of a kind, each maker in turn. */
export function goodId(kind: keyof typeof goodIdMakers, at: number, draw: Draw): string {
  const makers = goodIdMakers[kind];
  return makers[at % makers.length]?.(draw) ?? '';
}

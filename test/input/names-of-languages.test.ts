import { expect, test } from 'vitest';

import { UserError } from '../../src/errors.ts';
import { defaultTypeIn, findColumns } from '../../src/input/columns/columns.ts';
import * as names from '../../src/input/words/names-of-languages.ts';
import { isForeignNameOf, isNameOf, typeByName } from '../../src/input/words/known-names.ts';

/** What a column of this name is read as, with the apps in a column of that name. */
function typeOf(name: string, apps = 'app_ids'): string | undefined {
  const header = ['Team', name, apps];
  try {
    const columns = findColumns(header, {}, { appIds: [] }, 'users.csv');
    expect(header[columns.appIds ?? 0]).toBe(apps);
    return defaultTypeIn(columns, {}, 'users.csv');
  } catch (error) {
    if (error instanceof UserError) return 'asked';
    throw error;
  }
}

test.each<
  [
    language: string,
    userId: string[],
    email: string[],
    phone: string[],
    username: string[],
    apps: string[],
    asked: string[],
  ]
>([
  [
    'German',
    ['Benutzer-ID', 'Nutzer-ID'],
    ['E-Mail', 'E-Mail-Adresse', 'E-Mail (geschäftlich)', 'Geschaeftliche E-Mail', 'Mailadresse'],
    ['Telefon', 'Telefon-Nr.', 'Mobilnummer', 'Mobil-Nr.', 'Mobiltelefon', 'Handynummer', 'Tel.'],
    ['Benutzername', 'Nutzername'],
    ['Anwendungen', 'Anwendungs-IDs', 'Applikationen'],
    ['Personalnummer', 'Personal-Nr.', 'Mitarbeiter-ID', 'Benutzerkennung', 'Nachname'],
  ],
  [
    'French',
    ["ID de l'utilisateur", 'ID utilisateur', 'ID de l’utilisateur'],
    ['Courriel', 'Adresse e-mail', 'Adresse électronique', 'ADRESSE ELECTRONIQUE'],
    ['Téléphone', 'N° de téléphone', 'Numéro de téléphone', 'Téléphone portable', 'Tél.'],
    ["Nom d'utilisateur", 'Nom d’utilisateur'],
    ['Applications', "ID d'application", 'IDs des applications'],
    ['Matricule', 'N° matricule', 'Identifiant', "Numéro d'employé", 'Nom'],
  ],
  [
    'Spanish',
    ['ID de usuario', 'ID usuario'],
    ['Correo', 'Correo electrónico', 'Dirección de correo electrónico'],
    ['Teléfono', 'Número de teléfono', 'Móvil', 'Teléfono móvil', 'Celular'],
    ['Nombre de usuario'],
    ['Aplicaciones', 'ID de aplicación', 'IDs de las aplicaciones'],
    ['Número de empleado', 'Legajo', 'Matrícula', 'Apellidos'],
  ],
  [
    'Italian',
    ['ID utente', "ID dell'utente"],
    ['Posta elettronica', 'Indirizzo e-mail', 'E-mail aziendale'],
    ['Telefono', 'Cellulare', 'Numero di cellulare'],
    ['Nome utente'],
    ['Applicazioni', 'ID applicazioni'],
    ['Matricola', 'Codice dipendente', 'Cognome'],
  ],
  [
    'Portuguese',
    ['ID do usuário', 'ID do utilizador'],
    ['Correio eletrónico', 'Correio eletrônico', 'Endereço de e-mail', 'E-mail profissional'],
    ['Telefone', 'Celular', 'Telemóvel', 'Número de telefone'],
    ['Nome de usuário', 'Nome de utilizador'],
    ['Aplicações', 'Aplicativos', 'IDs dos aplicativos'],
    ['Matrícula', 'Número mecanográfico', 'Número de funcionário', 'Apelido'],
  ],
  [
    'Japanese',
    ['ユーザーID', 'ﾕｰｻﾞｰID'],
    ['メール', 'メールアドレス', '電子メール', 'Eメール'],
    ['電話番号', '携帯電話', '携帯番号'],
    ['ユーザー名'],
    ['アプリ', 'アプリID', 'アプリケーション'],
    ['社員番号', '従業員ID', 'ログインID', '氏名'],
  ],
  [
    'traditional Chinese',
    ['使用者ID', '用戶ID'],
    ['電子郵件', '郵箱', '信箱'],
    ['手機', '手機號碼', '行動電話'],
    ['使用者名稱', '用戶名'],
    ['應用', '應用程式ID'],
    ['工號', '員工編號', '帳號', '姓名'],
  ],
])('%s names that can mean but one thing are known', (_, userId, email, phone, username, apps, asked) => {
  const known = { user_id: userId, email, phone, username, asked };
  for (const [type, each] of Object.entries(known)) {
    expect(each.map((name) => [name, typeOf(name)])).toEqual(each.map((name) => [name, type]));
  }
  expect(apps.map((name) => typeOf('user_id', name))).toEqual(apps.map(() => 'user_id'));
});

test('names are in the table as they are looked up, and none has two meanings', () => {
  const { userIdNames, userIdTypeNames, appIdsNames, ...types } = names;
  const roles = { userId: userIdNames, userIdType: userIdTypeNames, appIds: appIdsNames };
  for (const [role, each] of Object.entries(roles)) {
    expect(each.filter((name) => !isForeignNameOf(role as keyof typeof roles, name))).toEqual([]);
    expect(each.filter((name) => isNameOf(role as keyof typeof roles, name))).toEqual([]);
  }
  const typed = Object.values(types);
  expect(typed.flat().filter((name) => typeByName(name) === undefined)).toEqual([]);
  const all = [...Object.values(roles), ...typed].flatMap((each) => [...new Set(each)]);
  expect(all.filter((name, at) => all.indexOf(name) !== at)).toEqual([]);
});

test('a file that was read before is read alike: the names of old come first', () => {
  const columns = findColumns(['Anwendungen', 'app_ids', 'Benutzer-ID', 'user_id'], {}, { appIds: [] });
  expect([columns.userId, columns.appIds]).toEqual([3, 1]);
});

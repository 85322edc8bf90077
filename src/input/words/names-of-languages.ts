/**
 * What German, French, Spanish, Italian, Portuguese, Japanese and traditional Chinese exports call the columns, as `keyOf` folds
 * names: without accents, apostrophes, parentheses and what stands between words. Only what has but one meaning there: names of persons
 * (`Utilisateur`), of documents (`tipo de ID`) and of other things (`Portable`) are left out.
 */

export const userIdNames: readonly string[] = [
  'benutzerid nutzerid anwenderid',
  'idutilisateur iddelutilisateur utilisateurid',
  'iddeusuario idusuario iddelusuario usuarioid',
  'idutente iddellutente utenteid',
  'iddousuario iddoutilizador iddeutilizador idutilizador utilizadorid',
  'ユーザーid ユーザid 使用者id 用戶id',
].flatMap(wordsOf);

export const userIdTypeNames: readonly string[] = [
  'benutzeridtyp nutzeridtyp typderbenutzerid',
  'typedidutilisateur typediddelutilisateur typedidentifiantutilisateur',
  'tipodeiddeusuario tipodeidusuario tipodeiddelusuario',
  'tipodiidutente tipoidutente tipodiiddellutente',
  'tipodeiddousuario tipodeiddoutilizador tipodeidutilizador',
  'ユーザーid種別 ユーザーidタイプ ユーザーidの種類 使用者id類型 用戶id類型',
].flatMap(wordsOf);

export const appIdsNames: readonly string[] = [
  'anwendungen anwendungsid anwendungsids anwendungids applikationen applikationsid applikationsids',
  'iddapplication idsdapplication iddesapplications idsdesapplications iddelapplication idapplication idsapplications',
  'aplicaciones iddeaplicacion idsdeaplicacion idsdeaplicaciones iddelaaplicacion idsdelasaplicaciones idaplicacion idaplicaciones',
  'applicazioni idapplicazione idapplicazioni iddellapplicazione iddelleapplicazioni',
  'aplicacoes aplicativos iddoaplicativo idsdosaplicativos idsdeaplicativos iddaaplicacao idsdasaplicacoes iddeaplicacao',
  'アプリ アプリid アプリ一覧 アプリケーション アプリケーションid 應用 應用id 應用程式 應用程式id 应用程序 应用程序id',
].flatMap(wordsOf);

export const emailNames: readonly string[] = [
  'emailadresse mailadresse emailadressegeschaftlich geschaftlicheemail geschaeftlicheemail geschaftlicheemailadresse',
  'emailgeschaftlich dienstlicheemail dienstlicheemailadresse emaildienstlich firmenemail',
  'courriel adresseemail adressemail adresseelectronique adressedecourriel adressecourriel courrierelectronique',
  'emailprofessionnel adresseemailprofessionnelle mailprofessionnel courrielprofessionnel',
  'correo correoelectronico direcciondecorreo direcciondecorreoelectronico direccioncorreo correocorporativo correolaboral',
  'emailcorporativo direcciondeemail',
  'postaelettronica indirizzoemail indirizzomail indirizzodipostaelettronica emailaziendale mailaziendale emaildilavoro',
  'correioeletronico correioelectronico enderecodeemail enderecoemail enderecoeletronico emailprofissional emaildetrabalho',
  'enderecodecorreioeletronico enderecodecorreioelectronico',
  'メール メールアドレス eメール eメールアドレス 電子メール 電子メールアドレス 会社メールアドレス',
  '郵箱 信箱 電子信箱 電子郵箱 電子郵件 電子郵件地址 电子邮件地址',
].flatMap(wordsOf);

export const phoneNames: readonly string[] = [
  'telefon telefonnummer telefonnr tel rufnummer mobil mobilnummer mobilnr mobiltelefon mobiltelefonnummer',
  'mobilfunk mobilfunknummer handy handynummer handynr',
  'telephone numerodetelephone n°detelephone nodetelephone telephoneportable telephonemobile numerodeportable numerodemobile',
  'telportable telmobile',
  'telefono numerodetelefono telefonomovil telefonocelular movil celular numerodemovil numerodecelular',
  'numeroditelefono cellulare telefonocellulare numerodicellulare numerocellulare telefonomobile',
  'telefone numerodetelefone numerodotelefone telefonecelular telemovel numerodetelemovel',
  '電話 電話番号 携帯 携帯電話 携帯番号 携帯電話番号',
  '手機 手機號 手機號碼 行動電話 行動電話號碼',
].flatMap(wordsOf);

export const usernameNames: readonly string[] = [
  'benutzername nutzername',
  'nomdutilisateur nomutilisateur',
  'nombredeusuario nombreusuario',
  'nomeutente',
  'nomedeusuario nomedousuario nomedeutilizador nomedoutilizador nomeusuario nomeutilizador',
  'ユーザー名 ユーザ名 使用者名稱 用戶名 用戶名稱',
].flatMap(wordsOf);

export const externalIdNames: readonly string[] = [
  'externeid',
  'idexterne identifiantexterne',
  'idexterno identificadorexterno',
  'idesterno identificativoesterno',
].flatMap(wordsOf);

/** An employee's number, or what somebody signs in with. */
export const unclearNames: readonly string[] = [
  'personalnummer personalnr personalkennziffer personalkennung persnr mitarbeiternummer mitarbeiternr mitarbeiterid',
  'beschaftigtennummer stammnummer benutzerkennung nutzerkennung kennung anmeldename kontoname benutzerkonto',
  'matricule numeromatricule nomatricule n°matricule numerodematricule numerodemploye idemploye numerodesalarie idsalarie',
  'codesalarie codeemploye identifiant identifiantemploye identifiantsalarie identifiantutilisateur identifiantdeconnexion',
  'nomdeconnexion',
  'numerodeempleado numeroempleado iddeempleado idempleado codigodeempleado codigoempleado legajo numerodelegajo numerodenomina',
  'identificadordeusuario',
  'matricola numeromatricola numerodimatricola numerodipendente iddipendente codicedipendente codiceutente',
  'matricula numerodematricula numeromecanografico numerodefuncionario iddofuncionario codigodofuncionario numerodoempregado',
  'iddocolaborador',
  '社員番号 社員id 社員コード 従業員番号 従業員id 従業員コード 職員番号 ログインid ログイン名 アカウント アカウント名',
  '工號 員工工號 員工編號 員工號 人員編號 帳號 帳戶 登入名稱 登录名称 登录账号 用户编号',
].flatMap(wordsOf);

function wordsOf(line: string): string[] {
  return line.split(' ');
}

/** Why a plan cannot be made or is not sent, and what looks odd in it; `{0}` and so on stand for what is filled in. */
export const zhCnOfPlans: Readonly<Record<string, string>> = {
  'the user ID': '用户 ID',
  'the user ID type': '用户 ID 的类型',
  'the app IDs': '应用 ID',
  'The input': '输入文件',
  '{0}: more than one column could hold {1}: {2}.': '{0}：有几列都可能是“{1}”：{2}。',
  '{0}: more than one column could hold {1}: {2}, and there is none for {3}.':
    '{0}：有几列都可能是“{1}”：{2}；还没有“{3}”的列。',
  '{0}: there is no column for {1}.': '{0}：没有“{1}”的列。',
  '{0}: there is no column for {1} and none for {2}.': '{0}：没有“{1}”的列，也没有“{2}”的列。',
  'Columns found: {0}.': '文件中的列：{0}。',
  'Columns found: {0} and {1} more.': '文件中的列：{0}，另有 {1} 列。',
  'Nor does the name of the column {0} tell the type of its user IDs.': '从列名 {0} 也看不出用户 ID 的类型。',
  'Its first line holds values: a line that names the columns, such as user_id,app_ids, has to stand above it.':
    '第一行已经是数据：请在它上面加一行列名，例如 user_id,app_ids。',
  'The column {0} seems to hold the apps. If not: in the header, {1}': '{0} 列似乎是应用。如果不是：{1}',
  'The column {0} seems to hold the apps, such as "{1}". If not: in the header, {2}':
    '{0} 列似乎是应用，例如“{1}”。如果不是：{2}',
  'In the header, name it app_ids, or give --app-ids-column <name>, or give the apps of all rows with --app-ids <a,b,c>: {0}':
    '请在 --app-ids 中为所有行选择应用；如果文件中有应用列，请在 --app-ids-column 中选择。',
  'name it app_ids, or give --app-ids-column <name>, or give the apps of all rows with --app-ids <a,b,c>: {0}':
    '请在 --app-ids 中为所有行选择应用；如果文件中有应用列，请在 --app-ids-column 中选择。',
  'In the header, name it user_id, or give --user-id-column <name>; name it app_ids, or give --app-ids-column <name>, or give the apps of all rows with --app-ids <a,b,c>: {0}':
    '请在 --user-id-column 中选择用户 ID 列，并在 --app-ids 中为所有行选择应用；如果文件中有应用列，请在 --app-ids-column 中选择。',
  'In the header, name it {0}, or give {1} <name>.': '请在 {1} 中选择，或在表头中命名为 {0}。',
  'the GenAuth console shows each app with its ID, of 24 hexadecimal digits.':
    'GenAuth 控制台会显示每个应用及其 ID（24 位十六进制数字）。',
  '{0}: the name of the column {1} does not tell which type of user ID it holds.':
    '{0}：从列名 {1} 看不出用户 ID 的类型。',
  'Its values look like {0}, such as "{1}".': '其中的值看起来是{0}，例如“{1}”。',
  'Most of its values look like {0}, such as "{1}".': '其中的值大多看起来是{0}，例如“{1}”。',
  "24 hexadecimal digits, as GenAuth's own IDs have": ' 24 位十六进制数字，与 GenAuth 自己的 ID 一样',
  "lists of IDs of 24 hexadecimal digits, as GenAuth's apps have":
    ' 24 位十六进制 ID 的列表，与 GenAuth 的应用一样',
  'email addresses': '邮箱地址',
  'phone numbers': '手机号',
  numbers: '数字',
  'numbers of employees or other codes': '工号或其他编号',
  'words or names': '词语或姓名',
  dates: '日期',
  'values of several forms': '几种形式的值',
  'type unclear': '类型不明',
  'Give --user-id-type: external_id where GenAuth keeps them as external IDs, username where people sign in with them, or another of {0}.':
    '请选择 --user-id-type：如果 GenAuth 把它存为外部 ID，选 external_id；如果用户用它登录，选 username。',
  'They have the same name: rename or remove all but one in the file.':
    '它们的名称相同：请在文件中改名，或只保留一列。',
  'Say which one with {0} <name>, spelled as in the file.': '请在 {0} 中选择一列。',
  '{0}: {1} "{2}" names no column.': '{0}：{1} 中的“{2}”不是任何一列的名称。',
  'Give {0} one of these names.': '请在 {0} 中选择其中一列。',
  '{0}: {1} "{2}" fits more than one column: {3}.': '{0}：{1} 中的“{2}”对应不止一列：{3}。',
  '{0}: the column {1} cannot hold both {2} and {3}.': '{0}：{1} 列不能既是“{2}”又是“{3}”。',
  'Give {0} and {1} two different columns.': '请在 {0} 和 {1} 中选择不同的列。',

  '{0}: {1} row is invalid, so nothing was sent.{2}': '{0}：{1} 行无效，因此没有发送任何内容。',
  '{0}: {1} rows are invalid, so nothing was sent.{2}': '{0}：{1} 行无效，因此没有发送任何内容。',
  '{0} has no valid row, so there is nothing to send.': '{0} 没有有效的行，因此没有内容可发送。',
  '{0} has no valid row but those of protected users, so there is nothing to send.':
    '{0} 除受保护的用户外没有有效的行，因此没有内容可发送。',
  '{0} has no rows under its header.': '{0} 的表头下没有任何行。',
  'Is it the right file?': '是这个文件吗？',
  '{0} is not the file that --expect-sha256 names: its SHA-256 is {1}, and expected is {2}. Nothing was sent.':
    '{0} 不是 --expect-sha256 指定的文件：它的 SHA-256 是 {1}，应为 {2}。没有发送任何内容。',
  'Run the file that was approved, or have this one approved: `check` shows what it would do.':
    '请使用已批准的文件，或让这个文件得到批准。',
  '{0} names {1} users, and --max-users allows {2}. Nothing was sent.':
    '{0} 中有 {1} 位用户，而 --max-users 只允许 {2} 位。没有发送任何内容。',
  'Is it the right file? If all of them are meant, give a higher --max-users.':
    '是这个文件吗？如果确实要登出所有人，请提高 --max-users。',
  '{0}, which may hold a copy of the input, could not be deleted again.':
    '{0} 中可能有输入文件的副本，未能删除。',
  'Not confirmed: nothing was sent.': '未确认：没有发送任何内容。',
  'Run it again when the plan is right.': '计划正确后请再次开始。',
  'Type the number of users: {0}.': '请输入用户数：{0}。',
  'The plan is not the one any more that was shown: nothing was sent.':
    '计划已与之前显示的不同：没有发送任何内容。',
  'Users or apps of the user pool have changed meanwhile. Look at it again.':
    '其间用户池的用户或应用发生了变化。请重新查看。',
  'Interrupted before anything was sent.': '在发送任何内容之前已中断。',
  'Start it again when you are ready.': '准备好后请重新开始。',

  '--protect: {0} names nobody, so it would protect nobody.':
    '--protect：{0} 中没有任何人，因此保护不了任何人。',
  '--protect: {0} line {1}: {2}. Nothing was sent.': '--protect：{0} 第 {1} 行：{2}。没有发送任何内容。',
  '--protect: {=0}': '--protect：{0}',
  'Write one ID on each line, or an ID, a comma and its type; or a header such as user_id,email,phone with a line for each person.':
    '每行写一个 ID，或 ID、逗号和它的类型；也可以先写表头（例如 user_id,email,phone），再每人一行。',
  'here it goes beyond {0} IDs': '到这里超过了 {0} 个 ID',
  'the type belongs behind the ID': '类型应写在 ID 后面',
  'the column "{0}" holds an ID, and its name tells no type': '“{0}”列是 ID，但从列名看不出类型',
  'there is no ID': '没有 ID',
  'there is more than an ID and its type': '除 ID 和类型外还有其他内容',
  '"{0}" is no user ID type ({1})': '“{0}”不是用户 ID 的类型（{1}）',
  'is a pattern, and only whole IDs are compared': '是通配形式，只能比较完整的 ID',
  'has its type in front; it belongs behind the ID, after a comma':
    '的类型写在前面；应写在 ID 后面，用逗号分隔',
  'has its type behind it without a comma between': '与后面的类型之间没有逗号',
  'is a type and no ID': '是类型，不是 ID',
  'has lost its last digits in a spreadsheet': '的末尾数字被电子表格丢失了',
  'is no phone number': '不是手机号',

  '--app-ids all means all apps of the user pool, and its list of apps is not known here.':
    '--app-ids 选择了用户池的全部应用，但无法得知应用列表。',
  'Name the apps by their IDs, or use an access key that may read the list: `apps` shows it. `check` reads it with --look-up.':
    '请用 ID 指定应用，或使用有权读取列表的访问密钥。',
  '--app-ids names "{0}", and {1} apps are called so: {2}.': '--app-ids 中的“{0}”有 {1} 个同名应用：{2}。',
  'Write the ID of the one that is meant.': '请写所指应用的 ID。',
  '--app-ids names "{0}", and no app of the user pool has this ID or name.':
    '--app-ids 中的“{0}”：用户池中没有这个 ID 或名称的应用。',
  'The command `apps` lists those it has; an access key may see only some of them.':
    '请从列表中选择；访问密钥可能只看得到一部分应用。',
  'Perhaps "{0}" is meant.': '可能是“{0}”。',
  '--app-ids names "{0}", which {1}.': '--app-ids 中的“{0}”不像应用 ID（{1}）。',
  'Copy the app ID from the GenAuth console.': '请从 GenAuth 控制台复制应用 ID。',
  'A name is found where the list of apps can be read: by run, and by check with --look-up.':
    '只有能读取应用列表时才能按名称找到应用。',
  'It is probably "{0}".': '可能应为“{0}”。',
  'This access key may not read the list of apps': '该访问密钥无权读取应用列表',
  'This access key sees no app of the user pool': '该访问密钥看不到用户池的任何应用',
  'The server has no list of apps': '服务器没有应用列表',
  'The list of apps was not answered': '没有收到应用列表的应答',
  '{=0} (request ID {1}).': '{0}（请求 ID {1}）。',
  '{=0}: {1}.': '{0}：{1}。',
  '{=0}: {1} (request ID {2}).': '{0}：{1}（请求 ID {2}）。',
  'Use another key, or copy the IDs of the apps from the GenAuth console.':
    '请使用其他密钥，或从 GenAuth 控制台复制应用的 ID。',
  'Copy the IDs of the apps from the GenAuth console.': '请从 GenAuth 控制台复制应用的 ID。',
  'Try again, or copy the IDs of the apps from the GenAuth console.':
    '请重试，或从 GenAuth 控制台复制应用的 ID。',

  'the apps: {0}': '应用：{0}',
  'the users: {0}': '用户：{0}',
  'the email addresses: {0}': '邮箱：{0}',
  'the phone numbers: {0}': '手机号：{0}',
  'line {0}: {1}': '第 {0} 行：{1}',
  'line {0} and {1} other row: {2}': '第 {0} 行和另外 {1} 行：{2}',
  'line {0} and {1} other rows: {2}': '第 {0} 行和另外 {1} 行：{2}',
  'is no phone number of {0}': '不是{0}的号码',
  'begins with the code of no country': '开头的国家代码不存在',
  'China (+86), which has 11 digits where it begins with 13 to 19':
    '中国（+86，以 13 至 19 开头的号码有 11 位）',
  'North America (+1), which has ten digits, and 2 to 9 as the first and the fourth of them':
    '北美（+1，有 10 位，第 1 和第 4 位是 2 至 9）',
  "{0} of {1} app ID is not of 24 hexadecimal digits, as GenAuth's are: {2}. {3}":
    '{1} 个应用 ID 中有 {0} 个不是 GenAuth 的 24 位十六进制数字：{2}。{3}',
  "{0} of {1} app IDs is not of 24 hexadecimal digits, as GenAuth's are: {2}. {3}":
    '{1} 个应用 ID 中有 {0} 个不是 GenAuth 的 24 位十六进制数字：{2}。{3}',
  "{0} of {1} app IDs are not of 24 hexadecimal digits, as GenAuth's are: {2}. {3}":
    '{1} 个应用 ID 中有 {0} 个不是 GenAuth 的 24 位十六进制数字：{2}。{3}',
  'The list of apps could not be read, so they are sent as they stand, and a name is no ID.':
    '无法读取应用列表，因此按原样发送；名称不是 ID。',
  'Names are found only where the list of apps can be read: run asks for it, and check --look-up shows what it will do.':
    '只有能读取应用列表时才能按名称找到应用。',
  'GenAuth did not say who {0} of {1} users are: they are taken as the file has them.':
    'GenAuth 没有说明 {1} 位用户中的 {0} 位是谁：按文件中的内容处理。',
  'Of protected people only those are seen who stand there by an ID that the list has, too.':
    '受保护的人只有在文件和名单中使用同一个 ID 时才会被认出。',
  'GenAuth does not know {0} of {1} users by these IDs. That is more than half, so that the look-up is not believed and nobody is left out for it: is it the right user pool, and the right user ID type?':
    'GenAuth 不认识 {1} 位用户中的 {0} 位。这超过了一半，因此不采信查询结果，也没有因此排除任何人：用户池和用户 ID 的类型是否正确？',
  'GenAuth does not know {0} of {1} users by these IDs. That is more than a tenth, so that the look-up is not believed and nobody is left out for it: is it the right user pool, and the right user ID type?':
    'GenAuth 不认识 {1} 位用户中的 {0} 位。这超过了十分之一，因此不采信查询结果，也没有因此排除任何人：用户池和用户 ID 的类型是否正确？',
  '{0} of {1} {2} still activated in GenAuth. {3} can sign in again at once: suspend the accounts first where that must not be.':
    '{1} 位用户中有 {0} 位在 GenAuth 中仍为启用状态，可以立即重新登录：如不允许，请先停用账号。',
  'GenAuth knows no user by this ID; expected one of the user pool.': 'GenAuth 没有这个 ID 的用户。',
  'By this {0} GenAuth knows another user than by the user ID: perhaps the wrong person.':
    '这一 {0} 在 GenAuth 中属于另一位用户：可能不是这个人。',
  'GenAuth has another {0} for the user ID of this row.': '该用户 ID 在 GenAuth 中的 {0} 不同。',
  'GenAuth calls the user of this ID "{0}".': '该 ID 的用户在 GenAuth 中名为“{0}”。',
  '{0} of {1} rows do not say in the column {2} that the person has left: {3}.':
    '{1} 行中有 {0} 行的 {2} 列没有说明此人已离职：{3}。',
  'Most people in this file are still there, as its column {0} says: it looks like a whole directory and not like a list of leavers.':
    '从 {0} 列看，文件中大多数人仍在职：它像是整个通讯录，而不是离职名单。',
  '{0} user is said to have left in one row and to be still there in another, as the column {1} has it: the first is {2}, for whom line {3} says {4} and a line before it the opposite.':
    '{0} 位用户在 {1} 列的一行中已离职，而在另一行中仍在职：第一位是 {2}，第 {3} 行是 {4}，而前面的一行相反。',
  '{0} users are said to have left in one row and to be still there in another, as the column {1} has it: the first is {2}, for whom line {3} says {4} and a line before it the opposite.':
    '{0} 位用户在 {1} 列的一行中已离职，而在另一行中仍在职：第一位是 {2}，第 {3} 行是 {4}，而前面的一行相反。',
  '{0} of {1} phone numbers {2} not like nearly all others, which have {3}: {4}. With a digit too many, too few or wrong it reaches nobody, or somebody else: compare with where it came from.':
    '{1} 个手机号中有 {0} 个与其他几乎所有号码（{3}）不同：{4}。多一位、少一位或错一位都会找不到人，或找到别人：请与来源核对。',
  '{0} of {1} email addresses {2} no dot behind the "@", unlike the others: {3}. Where an address was cut it reaches nobody, or somebody else: compare with where it came from.':
    '{1} 个邮箱中有 {0} 个与其他的不同，“@”后面没有点：{3}。不完整的地址会找不到人，或找到别人：请与来源核对。',
  '{0} digits': '{0} 位',
  '{0} digits and begin with 13 to 19': '{0} 位，以 13 至 19 开头',
  '{0} of {1} {2} of the type user_id {3} no ID of 24 hexadecimal digits, as GenAuth gives them: {4}. GenAuth will hardly find anybody by them. If they are IDs of another type, say of which with --user-id-type.':
    '{1} 行中有 {0} 行的 user_id 不是 GenAuth 的 24 位十六进制 ID：{4}。GenAuth 很可能找不到任何人。如果是另一种 ID，请在 --user-id-type 中选择。',
  '{0} of {1} {2} of the type user_id {3} no ID of 24 hexadecimal digits, as GenAuth gives them: {4}. GenAuth will hardly find anybody by them. Copy them anew; or say in a column user_id_type which type they are of.':
    '{1} 行中有 {0} 行的 user_id 不是 GenAuth 的 24 位十六进制 ID：{4}。GenAuth 很可能找不到任何人。请重新复制；或在 user_id_type 列中写明它们的类型。',
  'The file names {0} of the {1} protected IDs: it looks like a whole directory and not like a list of leavers.':
    '文件中有 {1} 个受保护 ID 中的 {0} 个：它像是整个通讯录，而不是离职名单。',
};

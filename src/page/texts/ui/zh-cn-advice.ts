/** What the program says in English before anything is sent: what to do about rows, and why a file is not taken as it stands. */
export const zhCnAdvice: Readonly<Record<string, string>> = {
  'Look for a comma that is missing, or one in a cell that has no quotation marks around it.':
    '查看是否少了逗号，或单元格中有逗号而没有加引号。',
  'Fill it in, or take the line out.': '请填写，或删除该行。',
  'Take it out where the file was made.': '请在生成文件的地方去掉它。',
  'Write one of the types that --help lists, or leave the cell empty and give --user-id-type.':
    '请写 --user-id-type 中的一种类型，或让单元格留空并选择 --user-id-type。',
  'Correct the address, or the type.': '请更正地址或类型。',
  'Correct the address; compare it with the system that it came from.': '请更正地址，并与其来源系统核对。',
  'Correct the ID, or the type.': '请更正 ID 或类型。',
  'Put ";" between the app IDs.': '请在应用 ID 之间写“;”。',
  'Fill the app IDs in, or give them for all rows with --app-ids.':
    '请填写应用，或在 --app-ids 中为所有行选择。',
  'The command `apps` lists those it has, by name and ID; an access key may see only some of them. --allow-damaged-ids <a,b,c> lets just the IDs that it names through.':
    '用户池的应用列在 --app-ids 中（名称和 ID）；访问密钥可能只看得到一部分。--allow-damaged-ids <a,b,c> 只放行其中列出的 ID。',
  'Write the ID of the app in place of its name.': '请写应用的 ID，而不是名称。',
  'Is the user pool the right one, and the user ID type? Whoever was deleted needs no sign-out: take the line out.':
    '用户池和用户 ID 的类型是否正确？已删除的用户不需要登出：请删除该行。',
  'Find out which of the two is meant, and correct the line.': '请查明是两人中的哪一位，并更正该行。',
  'It may have changed; look whether it is the person that is meant.': '可能已变更；请确认是否是要登出的人。',
  'People change their names, and systems spell them in their own ways; look whether it is the person that is meant.':
    '人会改名，各系统的写法也不同；请确认是否是要登出的人。',
  'Fill the ID in, or take the line out. Where somebody is called so, --allow-damaged-ids <a,b,c> lets just the IDs that it names through.':
    '请填写 ID，或删除该行。如果确有人叫这个名字，--allow-damaged-ids <a,b,c> 只放行其中列出的 ID。',
  'Take the line out, and all that does not belong into the table.': '请删除该行，以及不属于表格的一切内容。',
  'Take the line out. Where somebody is called so, --allow-damaged-ids <a,b,c> lets it through.':
    '请删除该行。如果确有人叫这个名字，--allow-damaged-ids <a,b,c> 可以放行。',
  'Write a line for each user, with one ID in its cell.': '请为每位用户写一行，单元格中只写一个 ID。',
  'Write the ID itself, with nothing around it.': '请只写 ID 本身，前后不加任何内容。',
  'Export the file again as "CSV UTF-8", and run it as it is: the letters were lost where it was saved or read before.':
    '请重新导出为“CSV UTF-8”，并原样使用：字符在之前保存或读取时已丢失。',
  'A name is found only where the list of apps can be read, as `run` does, and `check --look-up`. If they are right as IDs, --allow-damaged-ids <a,b,c> lets just the IDs that it names through.':
    '只有能读取应用列表时才能按名称找到应用。如果它们作为 ID 是对的，--allow-damaged-ids <a,b,c> 只放行其中列出的 ID。',
  'If they are one app, `run` finds it by its name where it can read the list of apps, and `check --look-up` shows that. If they are several, put ";" between them.':
    '如果是一个应用，能读取应用列表时会按名称找到它。如果是几个，请在它们之间写“;”。',
  'Look for a quotation mark that is missing.': '查看是否少了引号。',
  'Export the file again and run it as it is; to open it in a spreadsheet, import the column as text.':
    '请重新导出并原样使用；要在电子表格中打开，请把该列作为文本导入。',
  'Compare the proposed IDs with the system that they came from.': '请把建议的 ID 与来源系统核对。',
  'Take the IDs from the system that they came from, into a column that is formatted as text.':
    '请从来源系统重新取得 ID，放入格式为文本的列。',
  'Format the column as text where the file is made.': '请在生成文件的地方把该列设为文本格式。',
  'Write the ID itself.': '请写 ID 本身。',
  'Mend the formula that the column was filled with.': '请修正填充该列的公式。',
  'Clear the filter and show all rows, delete those that are not meant, and save.':
    '请清除筛选并显示所有行，删除不需要的行，然后保存。',
  'Open the workbook in Excel, which calculates it, and save it.':
    '请在 Excel 中打开工作簿（它会计算），然后保存。',
  'Give the column the number format "0", compare the IDs with the system that they came from, and save.':
    '请把该列的数字格式设为“0”，与来源系统核对 ID，然后保存。',
  'Take it out.': '请去掉它。',
  'Write them in their usual form.': '请改为半角字符。',
  'Write the digits only, as GenAuth stores them.': '请只写数字，与 GenAuth 的存储一致。',
  'Correct the number.': '请更正号码。',
  'GenAuth stores phone numbers without it, and will hardly find these. --phone-country 86 strips +86 and 0086, and 86 before a mobile number.':
    'GenAuth 存储的手机号不带国家代码，很可能找不到这些号码。--phone-country 填 86 会去掉 +86、0086，以及手机号前的 86。',
  'Look at them; they are sent as they are.': '请查看；它们会按原样发送。',
  'Mend it; or empty its cell in why_invalid if it is right as it is.':
    '请改正；如果它本来就是对的，请清空 why_invalid 中的单元格。',
  'GenAuth documents no form for it; try one user first.': 'GenAuth 没有说明它的格式；请先试一位用户。',
  'Not confirmed: nothing was sent.': '未确认：没有发送任何内容。',
  'Type the number of users: ': '请输入用户数：',
  'Give --user-id-type with it where the type is unclear: external_id, or username where people sign in with it.':
    '类型不明时请同时选择 --user-id-type。',
  'Give the apps of all rows with --app-ids: the GenAuth console shows each app with its ID, of 24 hexadecimal digits.':
    '请在 --app-ids 中为所有行选择应用。',
  'Check GENAUTH_ACCESS_KEY_ID and GENAUTH_ACCESS_KEY_SECRET, and in the GenAuth console that the key has not been revoked.':
    '请检查 GENAUTH_ACCESS_KEY_ID 和 GENAUTH_ACCESS_KEY_SECRET，并在 GenAuth 控制台确认密钥未被撤销。',
  'Check --host (or GENAUTH_HOST), the network and the proxy.': '请检查 --host、网络和代理。',
  'Check the spelling of --host (or GENAUTH_HOST), and of a proxy; and whether this computer is on the network, and the VPN, that knows the name.':
    '请检查 --host 的拼写、代理，以及这台电脑是否在能解析该名称的网络或 VPN 中。',
  'Use https. Plain http is taken for this machine only, as for the simulator.':
    '请使用 https。明文 http 只用于本机，例如模拟器。',
  'Is it the right file?': '是这个文件吗？',
  'Mend the file and run it again; `check` lists all that is wrong. --skip-invalid leaves such rows out and reports them.':
    '请改正文件后重新提供；或选择 --skip-invalid。',
};

/** Words in what is filled into a sentence; what stands between quotation marks is the user's own. */
export const zhCnWords: readonly (readonly [said: RegExp, own: string])[] = [
  [/, as (?=the |no )/, '：'],
  [/\(type unclear, such as ("[^"]*")\)/g, '（类型不明，例如 $1）'],
  [/\(type unclear\)/g, '（类型不明）'],
  [/\(email, such as ("[^"]*")\)/g, '（邮箱，例如 $1）'],
  [/\(phone, such as ("[^"]*")\)/g, '（手机号，例如 $1）'],
  [/\((\w+), such as ("[^"]*")\)/g, '（$1，例如 $2）'],
  [/^such as ("[^"]*")$/, '例如 $1'],
  [/ and ([\d,]+) more$/, '，另有 $1 个'],
  [/ and others$/, '等'],
  [/ \(first line (\d+)\)/g, '（最早在第 $1 行）'],
  [/line (\d+) "/g, '第 $1 行 "'],
  [/ \((\d+) digits\)/g, '（$1 位）'],
  [/ \((\d+) columns\)/g, '（$1 列）'],
  [/ \(an email address\?\)/g, '（邮箱？）'],
  [/ \(a phone number\?\)/g, '（手机号？）'],
  [/request ID /g, '请求 ID '],
  [/(.+), sheet ("[^"]*")/, '$1（工作表 $2）'],
];

/** What is wrong with a row, or worth a look, as it is said just there; `{0}` and so on stand for what is filled in. */
export const zhCnOfRows: Readonly<Record<string, string>> = {
  'The user ID {=0}.': '用户 ID {0}。',
  'An app ID {=0}.': '应用 ID {0}。',
  'This cell {=0}.': '该单元格{0}。',
  '"{0}" {=1}': '“{0}”{1}',
  'This {=0}; it is sent as it is.': '该号码{0}；会按原样发送。',
  '{=0}, and stands on several rows': '{0}，并出现在多行',
  '{=0}; what remains then {=1}': '{0}；剩下的部分{1}',
  '{=0}; it is probably "{1}"': '{0}；可能应为“{1}”',

  'looks like a date, into which spreadsheets turn IDs such as 3-4 or MAR1':
    '像是日期，电子表格会把 3-4、MAR1 这样的 ID 变成日期',
  'holds "@" more than once: a slip, or two addresses run together; expected one address':
    '中有不止一个“@”：可能是笔误，或两个地址连在了一起；应为一个地址',
  'holds {0}, as no email address does; expected one address': '中有邮箱地址不会有的{0}；应为一个地址',
  'a space': '空格',
  'a comma': '逗号',
  'a full stop of another script': '其他文字的句点',
  'has nothing before its "@"; expected an email address': '的“@”前面没有内容；应为邮箱地址',
  'has nothing behind its "@"; expected an email address': '的“@”后面没有内容；应为邮箱地址',
  'has two dots behind its "@" that follow each other; expected an email address':
    '的“@”后面有两个相连的点；应为邮箱地址',
  'has a dot at one end of what stands behind its "@"; expected an email address':
    '的“@”后面部分以点开头或结尾；应为邮箱地址',
  'is not of 24 hexadecimal digits, as {0}, and as GenAuth gives them':
    '不是 24 位十六进制数字，而 GenAuth 的应用 ID 都是，{0}',
  'another app ID of the file has': '文件中的另一个应用 ID 也是',
  '{0} other app IDs of the file have': '文件中的其他 {0} 个应用 ID 也是',
  'has {0} digits, where {1} others of its kind have {2}, of which {3} begin with 0: it seems to have lost its leading zeros':
    '有 {0} 位，而其他 {1} 个同类 ID 有 {2} 位，其中 {3} 个以 0 开头：似乎丢掉了开头的 0',
  'ends in zeros from its sixteenth digit on{0}; spreadsheets put them in place of digits that they lose':
    '从第 16 位起都是 0{0}；电子表格会把丢失的数字变成 0',
  ', and no other number of its kind is so long': '，同类的其他数字都没有这么长',
  ', like all {0} numbers of its kind that are so long': '，全部 {0} 个同样长的同类数字都如此',
  ', like {0} of the {1} numbers of its kind that are so long': '，{1} 个同样长的同类数字中有 {0} 个如此',
  'is wrapped in a formula, ="..."': '包在公式 ="..." 中',
  'is a formula of a spreadsheet, not an ID': '是电子表格的公式，不是 ID',
  "is a spreadsheet's error message, not an ID": '是电子表格的错误值，不是 ID',
  'holds the control character {0}; expected text without any': '中有控制字符 {0}',
  'line feed': '换行',
  'carriage return': '回车',
  'holds {0}, which cannot be seen': '中有看不见的{0}',
  'a no-break space': '不换行空格',
  'a full-width space': '全角空格',
  'a soft hyphen': '软连字符',
  'a zero-width space': '零宽空格',
  'a word joiner': '单词连接符',
  'a byte order mark': '字节顺序标记',
  'a mark of writing direction': '书写方向标记',
  'the character {0}': '字符 {0}',
  'holds digits or letters of another form than 0 to 9 and A to Z': '中有全角的数字或字母',
  'is longer than the {0} characters that an ID has at most': '超过了 ID 最多 {0} 个字符的长度',
  'holds spaces or signs between its digits; expected digits only, as GenAuth stores them':
    '的数字之间有空格或符号；应只有数字，与 GenAuth 的存储一致',
  'holds the sign for a lost character (U+FFFD); what stood there cannot be told':
    '中有表示字符丢失的符号（U+FFFD）；无法得知原来是什么',
  'holds a question mark, which programs write for a character that they cannot; what stood there cannot be told':
    '中有问号，程序会用它代替无法写出的字符；无法得知原来是什么',
  'was read in another encoding than it was written in': '读取时的编码与写入时不同',
  'has no "@"; expected an email address, since its type is email': '中没有“@”；类型是 email，应为邮箱地址',
  'is not in two parts; expected {0}:<userIdInIdp>, since its type is {1}':
    '不是两部分；类型是 {1}，应为 {0}:<userIdInIdp>',
  'looks like an address that was made of a missing name': '像是由空缺的姓名拼成的地址',
  'stands for nothing, and names nobody': '只是占位的文字，没有指明任何人',
  'is what is written where there is no ID': '是没有 ID 时填写的文字',
  'stands for nothing: it is what is written where there is no ID': '只是占位的文字：没有 ID 时才这样填写',
  'is what columns are called': '是列名中的词',
  'is what a column is called, as in a header in the middle of the file': '是列名，像文件中间的表头',
  'is a number that a program has shortened: the digits that are not shown are lost':
    '是被程序缩短的数字：没有显示的数字已丢失',
  'is written as a decimal number; expected its digits only': '写成了小数；应只有数字',
  'holds more than one value; expected one ID in each row': '中有多个值；每行应只有一个 ID',
  "may hold more than one value, or somebody's name": '中可能有多个值，或是姓名',
  'holds a space, as no ID of its type does; expected one ID in each row':
    '中有空格，这种类型的 ID 不会有；每行应只有一个 ID',
  'is more than an email address; expected one address in each row':
    '除邮箱地址外还有其他内容；每行应只有一个地址',
  'is a total or a footer below the table, and no ID': '是表格下方的合计或页脚，不是 ID',
  'is what totals are called': '是合计行常用的词',
  'begins with an apostrophe, which spreadsheets put before text': '前面有撇号，电子表格会在文本前加它',
  'ends with an apostrophe': '后面有撇号',
  'is wrapped in quotation marks': '包在引号中',
  'is wrapped in {0}': '包在 {0} 中',
  'has {0} without {1}': '只有 {0} 而没有 {1}',
  'is wrapped in what a program writes around it': '包在程序写在它周围的内容中',
  'begins with "{0}"': '以“{0}”开头',
  'has in front of it what it is': '前面写了它是什么',
  'is a name with the ID in <>': '是姓名，ID 在 <> 中',
  'holds tags of HTML or XML': '中有 HTML 或 XML 标签',
  'has a separator at its end': '末尾有分隔符',

  'The record has {0} {1}; expected {2}, one for each column of the header.':
    '该行有 {0} 个单元格；表头有 {2} 列，应各有一个。',
  'The record has {0} {1}; expected {2}, one for each column of the header, where at most the last may be missing, and neither user ID nor apps.':
    '该行有 {0} 个单元格；表头有 {2} 列，应各有一个，最多只可缺少最后几个，且不能缺少用户 ID 和应用。',
  'Here the header stands again; expected a user.': '这里又是表头；应为用户。',
  'GenAuth documents no form for custom_field; the user ID is sent as it is.':
    'GenAuth 没有说明 custom_field 的格式；用户 ID 会按原样发送。',
  'This is no user ID type; expected one of {0}.': '这不是用户 ID 的类型；应为以下之一：{0}。',
  'This is a total or a footer below the table; expected a user.': '这是表格下方的合计或页脚；应为用户。',
  'This is a total or a footer below the table, and "{0}" no user ID; expected a user.':
    '这是表格下方的合计或页脚，“{0}”不是用户 ID；应为用户。',
  'The user ID is empty; every row needs one.': '用户 ID 是空的；每行都需要一个。',
  'The phone number begins with its country prefix twice, {0} after another; expected it once at most.':
    '手机号开头的国家代码出现两次（{0}）；最多应有一次。',
  'The phone number begins with a country prefix, {0}, and GenAuth stores them without; --phone-country <code> strips it.':
    '手机号带有国家代码 {0}，而 GenAuth 存储的不带；填写 --phone-country 可以去掉它。',
  'The phone number begins with another country prefix than that of --phone-country {0}, and is sent as it is.':
    '手机号的国家代码与 --phone-country {0} 不同，会按原样发送。',
  'is no usual phone number, which has 5 to 15 digits': '不是通常的手机号（5 至 15 位数字）',
  'This begins like a JSON array and is not a JSON array of strings; expected one such as ["{0}"], or app IDs with ";" between them.':
    '开头像 JSON 数组，但不是字符串的 JSON 数组；应类似 ["{0}"]，或用“;”分隔应用 ID。',
  'No app is named; expected app IDs here, or --app-ids for all rows.':
    '没有指明应用；请在这里写应用 ID，或在 --app-ids 中为所有行选择。',
  '{0} apps are called so; expected the ID of the one that is meant: {1}.':
    '有 {0} 个应用同名；请写所指应用的 ID：{1}。',
  'No app of the user pool has this ID or name; expected one of those that `apps` lists.':
    '用户池中没有这个 ID 或名称的应用。',
  '"{0}" was taken for {1} apps, {2}, as white space separates apps.':
    '“{0}”因含有空格而被当作 {1} 个应用：{2}。',
  'This row is as it was when it was found to be invalid, for the reason in its column {0}; expected it mended, or that cell empty where the row is right as it is.':
    '这一行与当初被判为无效时相同，原因在 {0} 列中；请改正它，如果本来就是对的，请清空那个单元格。',
  'This row is hidden in the sheet, by a filter or by hand, so it may not be meant; expected a row that is shown.':
    '这一行在工作表中被筛选或手动隐藏，可能不是要处理的；应为显示的行。',
  'This is an error of a formula; expected its result.': '这是公式的错误值；应为它的结果。',
  'The workbook holds a date here, into which Excel turns IDs such as 3-4 or MAR1; expected text.':
    '工作簿在这里是日期，Excel 会把 3-4、MAR1 这样的 ID 变成日期；应为文本。',
  'The workbook holds a formula here without its result, or with an old one; expected the result.':
    '工作簿在这里是公式，没有结果或结果已过时；应为结果。',
  'The workbook holds the number {0} here, which its format shows otherwise; expected a number that is shown as it is.':
    '工作簿在这里是数字 {0}，而显示的格式不同；应按原样显示。',
};

/** Why a file cannot be read as it is, and what looks odd in it; `{0}` and so on stand for what is filled in. */
export const zhCnOfFiles: Readonly<Record<string, string>> = {
  'There is no file {0}.': '没有文件 {0}。',
  'Check the path': '请检查路径',
  '{0} is a folder, not a file.': '{0} 是文件夹，不是文件。',
  'Give the file of users that is in it': '请提供其中的用户文件',
  'No permission to read {0}.': '没有读取 {0} 的权限。',
  'Make it readable for this user, or copy it to a place that is':
    '请允许当前用户读取，或把它复制到可读取的位置',
  '{0} is in use by another program, which lets nobody read it.':
    '{0} 正被另一个程序占用，其他程序无法读取。',
  'Close it there, in Excel for example, and try again': '请在那个程序（例如 Excel）中关闭它，然后重试',
  'Too many files are open at once ({0}): {1} cannot be read.': '同时打开的文件过多（{0}）：无法读取 {1}。',
  'Raise the limit with `ulimit -n 4096`, or give a lower --concurrency':
    '请关闭其他程序，或用 `ulimit -n 4096` 提高上限后重新启动本程序',
  '{0} cannot be read ({1}).': '无法读取 {0}（{1}）。',
  'Copy it to a disk of this machine and try again': '请把它复制到本机的磁盘上再试',
  '{0} was written to while it was being read, so it may not be whole.':
    '读取 {0} 时它正在被写入，因此可能不完整。',
  'Wait until whatever writes it is done, and do the same again.': '请等写入它的程序完成后再试。',
  '{0} was changed while it was in use.': '{0} 在使用期间被更改了。',
  'Restore it as it was, see that nothing writes to it, and do the same again.':
    '请把它恢复原样，确认没有程序在写入它，然后再试。',
  '{0} was changed after it was checked.': '{0} 在检查之后被更改了。',
  'Check it again.': '请重新检查。',
  '{0} did not arrive whole.': '{0} 没有完整到达。',
  'Give it once more.': '请再提供一次。',
  'Nothing can be written into {0} ({1}), and what a file says is kept there while it is read.':
    '无法写入 {0}（{1}），而读取文件时需要在那里存放内容。',
  'Make room there, or name a folder on another disk in the environment variable TMPDIR.':
    '请在那里腾出空间，或用环境变量 TMPDIR 指定另一个磁盘上的文件夹。',

  '{0} is empty.': '{0} 是空的。',
  'It needs a first line that names the columns, such as user_id,app_ids, and a line for each user.':
    '第一行要写列名（例如 user_id,app_ids），之后每位用户一行。',
  '{0} line {1}: a quotation mark (") in the record that starts here makes one record of the lines {2} to {3}, which hold records of their own.':
    '{0} 第 {1} 行：从这里开始的记录中有一个引号（"），使第 {2} 至 {3} 行变成了一条记录，而它们本来各是一条。',
  'Write a quotation mark that belongs to a text twice (""), with the whole cell in quotation marks, or take it out; and export the file again if you can.':
    '属于文字的引号要写两次（""），并把整个单元格放在引号中；或去掉它。如果可以，请重新导出文件。',
  '{0} line {1}: the record that starts here is longer than {2} characters or {3} cells.':
    '{0} 第 {1} 行：从这里开始的记录超过 {2} 个字符或 {3} 个单元格。',
  'Look for a quotation mark (") that is opened in it and never closed.':
    '请查看其中是否有引号（"）打开后没有关闭。',
  '{0} line {1}: in the record that starts here, {2}.': '{0} 第 {1} 行：从这里开始的记录中，{2}。',
  'a quotation mark (") is opened and never closed': '有一个引号（"）打开后没有关闭',
  'Close it, or take it out.': '请关闭它，或去掉它。',
  'a cell goes on after its closing quotation mark (")': '有一个单元格在结束的引号（"）之后还有内容',
  'Write a quotation mark that belongs to the text twice (""), and end the cell right after the closing one.':
    '属于文字的引号要写两次（""），单元格要紧接着结束的引号结束。',
  'a quotation mark (") stands inside a cell that does not begin with one':
    '有一个不以引号开头的单元格中含有引号（"）',
  'Put the whole cell in quotation marks, and write each one inside it twice ("").':
    '请把整个单元格放在引号中，其中的每个引号写两次（""）。',
  '{0} line {1}: here is a NUL character, which no text file holds.':
    '{0} 第 {1} 行：这里有一个 NUL 字符，文本文件中不会有它。',
  'The file is damaged, or it is no CSV file: export it again as "CSV UTF-8".':
    '文件已损坏，或不是 CSV 文件：请重新导出为“CSV UTF-8”。',
  '{0} line {1}: {2} here is not {3} text.': '{0} 第 {1} 行：这里的 {2} 不是 {3} 文字。',
  'If the file was saved by a Chinese Windows, give --encoding gb18030; by a Western one, --encoding windows-1252. Or save it as "CSV UTF-8".':
    '如果文件由中文 Windows 保存，请在 --encoding 中选择 gb18030；如果由西文 Windows 保存，请选择 windows-1252。或者另存为“CSV UTF-8”。',
  'The file is damaged or in another encoding: export it again as "CSV UTF-8".':
    '文件已损坏，或是另一种编码：请重新导出为“CSV UTF-8”。',
  '{0} is written in UTF-32, which is not read.': '{0} 的编码是 UTF-32，无法读取。',
  'Save it as "CSV UTF-8", and give that file.': '请另存为“CSV UTF-8”，然后提供那个文件。',
  '{0} begins with the byte order mark of {1}, and --encoding says {2}.':
    '{0} 的开头是 {1} 的字节顺序标记，而 --encoding 选择的是 {2}。',
  'Leave --encoding away.': '请把 --encoding 改回自动识别。',
  '{0} looks like UTF-16, and nothing in it tells for certain.': '{0} 看起来是 UTF-16，但无法确定。',
  'Save it as "CSV UTF-8", or give --encoding {0}.': '请另存为“CSV UTF-8”，或在 --encoding 中选择 {0}。',
  '{0} line 1: "sep={1}" names no delimiter that can be read.':
    '{0} 第 1 行：“sep={1}”指定的分隔符无法识别。',
  'Save the file with one of , ; | or TAB between the columns, and without this line.':
    '请用 , ; | 或制表符分隔各列保存文件，并去掉这一行。',
  '{0} line {1}: the columns needed are found with {2} between the columns, and with {3}.':
    '{0} 第 {1} 行：用 {2} 或用 {3} 作分隔符，都能找到需要的列。',
  'Write the line sep={0} or sep={1} above it, or say with --delimiter which it is.':
    '请在 --delimiter 中选择是哪一个。',
  '{0}: line {1} names the columns needed, but line {2} above it could be a part of the table.':
    '{0}：第 {1} 行有需要的列名，但它上面的第 {2} 行也可能属于表格。',
  'If the table begins in line {0}, remove the lines above it. If it begins above, name its columns there, or by flags such as --user-id-column.':
    '如果表格从第 {0} 行开始，请删除它上面的行。如果从更上面开始，请在那里写列名，或在 --user-id-column 等项中选择。',

  'Open it in Excel or another spreadsheet, save it as "CSV UTF-8", and give that file.':
    '请在 Excel 或其他电子表格中打开，另存为“CSV UTF-8”，然后提供那个文件。',
  'Give the workbook or CSV file with the users; where there is none, ask whoever made this file for it.':
    '请提供含有用户的工作簿或 CSV 文件；如果没有，请向制作此文件的人索取。',
  'Give the workbook or CSV file with the users.': '请提供含有用户的工作簿或 CSV 文件。',
  'Unpack it, and give the workbook or CSV file that is in it.': '请解压，然后提供其中的工作簿或 CSV 文件。',
  'Unpack it with gunzip and give what comes out.': '请解压（gunzip），然后提供得到的文件。',
  'Export its table of users as CSV.': '请把其中的用户表导出为 CSV。',
  '{0} is a PDF, not a CSV file.': '{0} 是 PDF，不是 CSV 文件。',
  '{0} is an Excel workbook or another ZIP file, not a CSV file.':
    '{0} 是 Excel 工作簿或其他 ZIP 文件，不是 CSV 文件。',
  '{0} is a file of an old Office, such as an .xls, not a CSV file.':
    '{0} 是旧版 Office 文件（例如 .xls），不是 CSV 文件。',
  '{0} is an Excel workbook of before 1997, not a CSV file.':
    '{0} 是 1997 年以前的 Excel 工作簿，不是 CSV 文件。',
  '{0} is a text document (RTF), not a CSV file.': '{0} 是文字文档（RTF），不是 CSV 文件。',
  '{0} is a picture ({1}), not a CSV file.': '{0} 是图片（{1}），不是 CSV 文件。',
  '{0} is compressed with {1}, not a CSV file.': '{0} 是用 {1} 压缩的文件，不是 CSV 文件。',
  '{0} is a {1} archive, not a CSV file.': '{0} 是 {1} 压缩包，不是 CSV 文件。',
  '{0} is a database (SQLite), not a CSV file.': '{0} 是数据库（SQLite），不是 CSV 文件。',
  '{0} is a Parquet file, not a CSV file.': '{0} 是 Parquet 文件，不是 CSV 文件。',
  '{0} is a program, not a CSV file.': '{0} 是程序，不是 CSV 文件。',
  '{0} is no text file, and so no CSV file: it holds bytes that stand in none.':
    '{0} 不是文本文件，因此也不是 CSV 文件：其中有文本文件不会有的字节。',
  'Look with which program it opens. {0}': '请看它能用哪个程序打开。{0}',
  '{0} is a web page or XML, not a CSV file.': '{0} 是网页或 XML，不是 CSV 文件。',
  'It may be a login page that was saved instead of the export: download the file again, as CSV.':
    '可能保存的是登录页面而不是导出的文件：请重新下载，格式选 CSV。',
  '{0} is JSON, not a CSV file.': '{0} 是 JSON，不是 CSV 文件。',
  'Export the users as CSV.': '请把用户导出为 CSV。',

  '{0} is an Excel workbook, which has no encoding to choose (--encoding).':
    '{0} 是 Excel 工作簿，不需要选择 --encoding。',
  '{0} is an Excel workbook, which has no delimiter to choose (--delimiter).':
    '{0} 是 Excel 工作簿，不需要选择 --delimiter。',
  'Leave --delimiter away.': '请把 --delimiter 改回自动识别。',
  '{0} is no Excel workbook, so it has no sheet "{1}" (--sheet).':
    '{0} 不是 Excel 工作簿，因此没有工作表“{1}”。',
  'Leave --sheet away, or give the workbook.': '请清空 --sheet，或提供工作簿。',
  '{0} is protected with a password.': '{0} 有密码保护。',
  'Unpack it with the password, and give the workbook that comes out.':
    '请用密码解压，然后提供得到的工作簿。',
  'Open it in Excel, take the password off (File > Info > Protect Workbook > Encrypt with Password), save it, and give that file.':
    '请在 Excel 中打开，去掉密码（文件 > 信息 > 保护工作簿 > 用密码进行加密），保存，然后提供那个文件。',
  '{0}: {1}, the cells {2} are merged, so only the first of them has a value.':
    '{0}：{1}，单元格 {2} 已合并，因此只有第一个有值。',
  'in the sheet "{0}"': '工作表“{0}”中',
  'Unmerge all cells below the header, write into each row what belongs there, and save.':
    '请取消表头以下所有单元格的合并，在每一行填写相应内容，然后保存。',
  '{0} has no sheet with cells that is shown.': '{0} 没有含内容且未隐藏的工作表。',
  '{0} has no sheet with cells that is shown: {1}.': '{0} 没有含内容且未隐藏的工作表：{1}。',
  'Choose one with --sheet <name>.': '请在 --sheet 中选择一个。',
  '{0} has no sheet "{1}" (--sheet). Its sheets: {2}.': '{0} 没有工作表“{1}”。其中的工作表：{2}。',
  'Give --sheet one of these names, or leave it away for the first one.':
    '请在 --sheet 中选择其中之一；清空则使用第一个。',
  'Or name another sheet with --sheet: {0}.': '或在 --sheet 中选择另一个工作表：{0}。',
  '{0} is a ZIP file that is no Excel workbook.': '{0} 是 ZIP 文件，但不是 Excel 工作簿。',
  'Unpack it, and give the workbook or CSV file that is in it': '请解压，然后提供其中的工作簿或 CSV 文件',
  'Open it in a spreadsheet, save it as an Excel workbook (.xlsx) or as "CSV UTF-8", and give that file.':
    '请在电子表格中打开，另存为 Excel 工作簿（.xlsx）或“CSV UTF-8”，然后提供那个文件。',
  '{0} is a binary Excel workbook (.xlsb), not a workbook that can be read.':
    '{0} 是二进制 Excel 工作簿（.xlsb），无法读取。',
  '{0} is an OpenDocument file, such as an .ods, not a workbook that can be read.':
    '{0} 是 OpenDocument 文件（例如 .ods），无法读取。',
  '{0} is a file of Apple Numbers or Pages, not a workbook that can be read.':
    '{0} 是 Apple Numbers 或 Pages 文件，无法读取。',
  '{0} is a Word document, not a workbook that can be read.': '{0} 是 Word 文档，不是可以读取的工作簿。',
  '{0} is a PowerPoint presentation, not a workbook that can be read.':
    '{0} 是 PowerPoint 演示文稿，不是可以读取的工作簿。',
  '{0} is an old Excel workbook (.xls), which cannot be read.': '{0} 是旧版 Excel 工作簿（.xls），无法读取。',
  '{0} is an old Word document (.doc), not a workbook.': '{0} 是旧版 Word 文档（.doc），不是工作簿。',
  '{0} is an old PowerPoint presentation (.ppt), not a workbook.':
    '{0} 是旧版 PowerPoint 演示文稿（.ppt），不是工作簿。',
  '{0} is a mail of Outlook (.msg), not a workbook.': '{0} 是 Outlook 邮件（.msg），不是工作簿。',
  '{0}: row {1}, which names the columns, goes on to column {2}; {3} columns are read at most.':
    '{0}：列名所在的第 {1} 行一直到 {2} 列；最多读取 {3} 列。',
  'Delete the columns that stand far to the right and are not needed, also where they look empty, and save.':
    '请删除最右边不需要的列（看起来是空的也要删除），然后保存。',
  'There is text in column {0}, to the right of the last column that the header names; expected none.':
    '{0} 列中有文字，它在表头最后一列的右边；那里不应有内容。',
  '{0} is a damaged workbook: {1}.': '{0} 是已损坏的工作簿：{1}。',
  'Download or copy it again; or open it in Excel, save it under another name, and give that file.':
    '请重新下载或复制；或在 Excel 中打开，用另一个名称保存，然后提供那个文件。',
  '{0} is too big to be read as a workbook: {1}.': '{0} 太大，无法作为工作簿读取：{1}。',
  'Open it in Excel, save the sheet as "CSV UTF-8", and give that file.':
    '请在 Excel 中打开，把工作表另存为“CSV UTF-8”，然后提供那个文件。',
  'its end, where the list of its parts stands, is missing or does not fit':
    '文件末尾（其中有各部分的列表）缺失或不符',
  'it has {0} parts, and {1} are read at most': '它有 {0} 个部分，最多读取 {1} 个',
  'two of its parts have the same name': '其中两个部分同名',
  'the list of its parts cannot be read': '无法读取其各部分的列表',
  'its part {0} is missing': '缺少部分 {0}',
  'its part {0} cannot be unpacked': '部分 {0} 无法解压',
  'its part {0} does not fit its checksum': '部分 {0} 与其校验和不符',
  'its part {0} unpacks to {1} MiB, and {2} MiB are read at most':
    '部分 {0} 解压后有 {1} MiB，最多读取 {2} MiB',
  'its part {0} unpacks to {1} times its size, as no table of users does':
    '部分 {0} 解压后是原大小的 {1} 倍，用户表不会这样',
  'it holds XML that is not well-formed': '其中的 XML 格式有误',
  'it holds a document type declaration, which no workbook has': '其中有工作簿不会有的文档类型声明',
  'its XML is nested more than {0} deep': '其中的 XML 嵌套超过 {0} 层',
  'it holds a text of more than {0} characters': '其中有超过 {0} 个字符的文字',
  'it holds bytes that are not {0}': '其中有不是 {0} 的字节',
  'in its part {0}, {1}': '在部分 {0} 中，{1}',
  'a sheet has no part that holds it': '有一个工作表没有内容',
  'after row {0} comes row {1}': '第 {0} 行之后是第 {1} 行',
  'in row {0} a cell is out of place ({1})': '第 {0} 行有一个单元格位置不对（{1}）',
  'row {0} holds more than {1} characters': '第 {0} 行超过 {1} 个字符',
  'its cells show more than {0} characters': '其单元格显示的字符超过 {0} 个',
  'row {0} holds a text of more than {1} characters': '第 {0} 行有超过 {1} 个字符的文字',
  'row {0} names the text {1}, which there is not': '第 {0} 行引用了不存在的文字 {1}',
  'row {0} holds a cell of the unknown type "{1}"': '第 {0} 行有类型“{1}”未知的单元格',
  'a number format has more than {0} characters': '有一个数字格式超过 {0} 个字符',
  'in its texts, {0}': '在其文字中，{0}',
  'one is longer than {0} characters': '有一段超过 {0} 个字符',
  'its different texts take more than {0} MiB, or are more than {1}':
    '其中不同的文字超过 {0} MiB，或超过 {1} 段',
  'the byte 0x{0}': '字节 0x{0}',
  'half a character (U+{0})': '半个字符（U+{0}）',
  'The standard input': '标准输入',

  'Line {0}: the user "{1}" has more than {2} different apps.':
    '第 {0} 行：用户“{1}”有超过 {2} 个不同的应用。',
  'Is the right column taken for the user ID, and the right one for the apps?':
    '用户 ID 列和应用列选对了吗？',
  'The file names more users than can be looked up.': '文件中的用户太多，无法逐一查询。',
  'Run it without, or in several files:': '请不查询，或分成几个文件：',
};

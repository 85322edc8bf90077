/** Why something about a run, its folder, the disk or a queue was not done; `{0}` and so on stand for what is filled in. */
export const zhCnOfRuns: Readonly<Record<string, string>> = {
  'The disk is full: {0} could not be written.': '磁盘已满：无法写入 {0}。',
  'Free some space on the disk that holds {0}': '请在 {0} 所在的磁盘上腾出空间',
  'Your quota on the disk is used up: {0} could not be written.': '您的磁盘配额已用完：无法写入 {0}。',
  'Delete files of yours on the disk that holds {0}': '请删除您在 {0} 所在磁盘上的一些文件',
  '{0} could not be written: its disk is read-only, or has become so after an error.':
    '无法写入 {0}：磁盘是只读的，或因出错变为只读。',
  'Check the disk and mount it for writing': '请检查磁盘，并以可写方式挂载',
  '{0} is already there.': '{0} 已存在。',
  'Move it away': '请把它移走',
  '{0} could not be written: its folder is not there.': '无法写入 {0}：它的文件夹不存在。',
  'Put the folder {0} in its place': '请恢复文件夹 {0}',
  'No permission to write {0}.': '没有写入 {0} 的权限。',
  'Give the user of this process the right to write in {0}': '请授予当前用户写入 {0} 的权限',
  '{0} is a symbolic link, and nothing is written through one.': '{0} 是符号链接，不会通过它写入。',
  'Find out who put it there, and remove it': '请查明是谁放的，并删除它',
  '{0} could not be written: another program has it open, or this user may not write it.':
    '无法写入 {0}：它正在另一个程序中打开，或当前用户无权写入。',
  'Close it in Excel and wherever else it may be open. If it is open nowhere, give this user the right to write in {0}':
    '请在 Excel 等程序中关闭它。如果没有打开，请授予当前用户写入 {0} 的权限',
  'Too many files are open at once ({0}): {1} could not be written.':
    '同时打开的文件过多（{0}）：无法写入 {1}。',
  '{0} could not be written ({1}).': '无法写入 {0}（{1}）。',
  'Check the disk': '请检查磁盘',
  '{0} could not be synced to the disk ({1}), so what was written last may not be on it.':
    '{0} 无法同步到磁盘（{1}），因此最后写入的内容可能不在磁盘上。',
  '{=0}, or choose another place': '{0}，或在另一个磁盘的文件夹中重新启动本程序',
  '{=0}, or give a folder on another disk with --out': '{0}，或在另一个磁盘的文件夹中重新启动本程序',
  '{=0}, or copy the run folder to another disk and go on there':
    '{0}，或把运行文件夹复制到另一个磁盘，在那里继续',
  'Make room on the disk that holds {0}: the rest needs about {1} MB, and the reports some more.':
    '请在 {0} 所在的磁盘上腾出空间：其余部分约需 {1} MB，报告还需要一些。',
  'The disk that holds {0} has less than 16 MB free, and a run needs them to lose no reply.':
    '{0} 所在的磁盘剩余不足 16 MB，而运行需要它们，以免丢失应答。',

  '{0} was cut: it has {1} of its {2} bytes.': '{0} 不完整：{2} 字节中只有 {1} 字节。',
  '{0} was changed since the run began.': '{0} 在运行开始之后被更改了。',
  'Restore it as it was; its size and SHA-256 are in run.json. Without it nobody can tell {0}.':
    '请把它恢复原样；它的大小和 SHA-256 在 run.json 中。没有它就无法得知{0}。',
  'unknown error': '未知错误',
  'whose sessions the run was to end': '要结束谁的会话',
  'which calls were made': '做过哪些调用',
  '{0} is damaged at byte {1}: the record there is not what was written.':
    '{0} 在第 {1} 字节处损坏：那里的记录与写入的不同。',
  'Restore the file from a copy. `report` still works, and calls without an intact record are `unknown` in it.':
    '请从副本恢复该文件。报告仍可生成，没有完整记录的调用在其中为“unknown”。',
  'The plan in {0} is not the one that run.json is about.': '{0} 中的计划与 run.json 所记的不同。',
  'Restore run.json and the files of the plan as they were.': '请把 run.json 和计划的文件恢复原样。',
  '{0} is about another plan than calls.csv beside it: {1}, and not {2}.':
    '{0} 与旁边的 calls.csv 不属于同一个计划：{1}，而不是 {2}。',
  'One of them came from another run folder: put the right one back.':
    '其中一个来自另一个运行文件夹：请放回正确的文件。',
  'The report in {0} does not add up: {1} rows, and the input has {2}.':
    '{0} 中的报告对不上：有 {1} 行，而输入文件有 {2} 行。',
  'Do not rely on this report. Keep the folder and report this as a bug.':
    '请不要使用这份报告。请保留文件夹，并报告此程序错误。',
  'Every reply is kept, but {0} in {1} may still be those of before and out of date: make the reports later with:':
    '所有应答都已保存，但 {1} 中的 {0} 可能还是以前的：之后可用以下命令生成报告：',
  'Every reply is kept: make the reports later with:': '所有应答都已保存：之后可用以下命令生成报告：',
  'Interrupted while the reports were being made.': '在生成报告时中断。',
  'Every reply is kept: make them with:': '所有应答都已保存：可用以下命令生成报告：',

  'Another process is working on {0}: process {1}.': '另一个程序正在处理 {0}：进程 {1}。',
  'Wait until it has ended, or end it in an orderly way with: kill {0}. `report` works meanwhile.':
    '请等它结束，或在它的窗口中按 Ctrl-C 使其正常结束（进程 {0}）。其间仍可查看报告。',
  'Another process may be working on {0}: a process {1} runs.':
    '可能有另一个程序正在处理 {0}：进程 {1} 正在运行。',
  'Whether it is the one that worked there cannot be told here. When no other genauth-offboard is at work, delete {0}.':
    '无法判断它是否就是在那里工作的程序。如果没有其他 genauth-offboard 在工作，请删除 {0}。',
  'Another process may be working on {0}: process {1} on {2}.':
    '可能有另一个程序正在处理 {0}：{2} 上的进程 {1}。',
  'Look there whether it still runs. When it is certain that it has ended, delete {0}.':
    '请在那里查看它是否还在运行。确定已结束后，请删除 {0}。',
  'There is no folder {0}.': '没有文件夹 {0}。',
  'Give the folder that `run` printed.': '请提供该次运行的文件夹。',
  'Check that it is a file which this user may read.': '请检查它是否是当前用户可以读取的文件。',
  '{0} is no run folder: it has no run.json.': '{0} 不是运行文件夹：其中没有 run.json。',
  'Give the folder that `run` printed. A run that was killed before it could send anything leaves a folder without run.json: nothing is to be resumed there.':
    '在发送任何内容之前就被终止的运行会留下没有 run.json 的文件夹：那里没有可继续的内容。',
  'Restore it as it was. A run keeps its options to its end; to do the rest with others, start a new run with retry.csv.':
    '请把它恢复原样。一次运行的选项始终不变；要用其他选项处理其余部分，请用 retry.csv 开始新的运行。',
  '{0} is damaged: it is not the JSON that was written.': '{0} 已损坏：不是当初写入的 JSON。',
  'Restore it from a copy.': '请从副本恢复它。',
  '{0} has format {1}, and this version of genauth-offboard reads format {2}.':
    '{0} 的格式是 {1}，而这个版本的 genauth-offboard 读取格式 {2}。',
  'It was made by version {0}: use that one.': '它由版本 {0} 生成：请使用那个版本。',
  'It was made by version {0}: use that one or a later one.': '它由版本 {0} 生成：请使用那个或更新的版本。',
  'The run folder {0} cannot be created ({1}).': '无法创建运行文件夹 {0}（{1}）。',
  'Check that {0} exists and can be written, or give another place with --out.':
    '请检查 {0} 是否存在并可写入，或在另一个文件夹中重新启动本程序。',
  '{0} exists already, and a run never writes over another.': '{0} 已存在，不会覆盖已有的运行。',
  'Give another folder with --out, or go on with the run in it:': '请继续其中的运行，或稍后重新开始：',
  'It holds no run that could be resumed. Delete it if a run was ended there before it could send anything, or give another folder with --out.':
    '其中没有可继续的运行。如果是一次在发送任何内容之前就结束的运行，请删除该文件夹。',
  'The run folder {0} cannot be kept from other users ({1}).': '无法阻止其他用户访问运行文件夹 {0}（{1}）。',
  'Its disk may know no permissions, as some network shares do: give a folder on another one with --out.':
    '它的磁盘可能不支持权限（例如某些网络共享）：请在另一个磁盘的文件夹中重新启动本程序。',
  '{0} is a symbolic link, and a run folder holds none.': '{0} 是符号链接，运行文件夹中不应有符号链接。',
  'Find out who put it there, and put the file itself in its place.': '请查明是谁放的，并换成文件本身。',
  'Nothing proves where {0} goes: its run.json was changed, was made with another access key secret, or by an early version.':
    '无法证明 {0} 的目标：它的 run.json 被更改过，或由另一个访问密钥 Secret 或早期版本生成。',
  'Add --host with the host that the run was started for; it is compared. Credentials go nowhere before.':
    '请用该次运行开始时的 --host 和密钥连接；会进行比较，在此之前不会发送密钥。',
  'This run goes to {0}, and {1}.': '此次运行的目标是 {0}，而{1}。',
  '{0} was given': '给出的是 {0}',
  'Go on with the host that the run was started for, or start a new run for the other one.':
    '请用该次运行开始时的 GenAuth 地址继续，或为另一个地址开始新的运行。',
  'This run is about {0}, and the credentials are for {1}.': '此次运行属于{0}，而密钥属于{1}。',
  'The same IDs may belong to other people there. Use credentials for the same one.':
    '相同的 ID 在那里可能是其他人。请使用同一处的密钥。',
  '{0} was made through the library with a client of its own.': '{0} 是通过程序库用自己的客户端生成的。',
  'Resume it through the library with that client.': '请通过程序库用那个客户端继续。',
  'Such a client can kick users, and cannot be asked about their sessions.':
    '这样的客户端可以登出用户，但不能查询会话。',
  'A run with a client of your own cannot be shared: nothing would keep it from sending what others have taken over.':
    '使用自己客户端的运行不能共享：无法阻止它发送其他人已接手的内容。',
  'Give credentials instead of a client.': '请给出密钥，而不是客户端。',
  'In {0} GenAuth has said of no user that they are signed out: there is nothing to look for.':
    '{0} 中 GenAuth 没有说任何用户已登出：没有可查看的会话。',
  'Go on with the run first:': '请先继续该次运行：',
  'Then look with:': '然后用以下命令查看：',
  'check {0}': '请检查 {0}',

  'The run of {0} is shared with other machines: how it stands is known to the queue alone.':
    '{0} 的运行与其他机器共享：只有队列知道它的进度。',
  'Name the queue with --queue, or as GENAUTH_OFFBOARD_QUEUE in the environment.':
    '请以 --queue 或环境变量 GENAUTH_OFFBOARD_QUEUE 指定队列，并重新启动本程序。',
  'No queue is given.': '没有给出队列。',
  "Give the database's address with --queue, or as {0} in the environment.":
    '请以 --queue 或环境变量 {0} 给出数据库的地址。',
  '--queue holds a password, which every process list shows.':
    '--queue 中有密码，任何人都能在进程列表中看到。',
  'Leave it out there, and give it as PGPASSWORD in the environment or in ~/.pgpass.':
    '请去掉它，改用环境变量 PGPASSWORD 或 ~/.pgpass。',
  'A queue needs two packages that are not installed beside this program: bullmq and pg.':
    '队列需要两个未与本程序一起安装的包：bullmq 和 pg。',
  'Install them as you installed it: npm install -g bullmq@6 pg@8':
    '请像安装本程序一样安装它们：npm install -g bullmq@6 pg@8',
  "The queue's database at {0} cannot be reached ({1}).": '无法连接队列的数据库 {0}（{1}）。',
  'Check the address and that the database is up. What was answered until now is kept on this computer.':
    '请检查地址和数据库是否在运行。到目前为止的应答保存在这台电脑上。',
  'Check the address and that the database is up, then do the same again.':
    '请检查地址和数据库是否在运行，然后再试。',
  "The queue's database at {0} refuses the user or the password ({1}).":
    '队列的数据库 {0} 拒绝了用户名或密码（{1}）。',
  'Give the password as PGPASSWORD in the environment, or in ~/.pgpass.':
    '请用环境变量 PGPASSWORD 或 ~/.pgpass 给出密码。',
  "The queue's database at {0} has no database of that name ({1}).": '{0} 处没有这个名称的数据库（{1}）。',
  'Create it, or name another one in the URL.': '请创建它，或在地址中写另一个。',
  "The queue's database at {0} gives this user too few rights ({1}).":
    '队列的数据库 {0} 给该用户的权限不足（{1}）。',
  'The first who uses the database must be allowed to create a schema in it; docs/many-machines.md says which rights others need, on tables, sequences and functions.':
    '第一个使用者必须有权在其中创建 schema；其他人需要的权限见 docs/many-machines.md。',
  "The queue's database at {0} does not have the run any more: it was forgotten ({1}).":
    '队列的数据库 {0} 中已没有该次运行：它已被清除（{1}）。',
  'What was answered since is kept on this computer, in replies.ndjson.':
    '此后的应答保存在这台电脑的 replies.ndjson 中。',
  "The queue's tables are of version {0}, and this version of genauth-offboard uses version {1}.":
    '队列的表是版本 {0}，而这个版本的 genauth-offboard 使用版本 {1}。',
  'Use the version that made them, or another database.': '请使用生成它们的版本，或另一个数据库。',
  'The queue has no run {0}.': '队列中没有运行 {0}。',
  'See which it has:': '查看有哪些：',
  '{0} is not in the queue as a whole: whoever puts it there is still at it, or was ended. Nothing of it was sent.':
    '{0} 没有完整地放入队列：放入它的程序还在进行，或已被终止。没有发送其中的任何内容。',
  'If nobody does any more, take it out, and run the file again:':
    '如果已没有程序在放入，请清除它，然后重新运行文件：',
  'The queue has a run {0} already.': '队列中已有运行 {0}。',
  'Give this one another name with --out, or go on with that one:': '请继续那一次运行，或稍后重新开始：',
  "The queue's database went away while {0} was put into it: it may have all of it.":
    '在放入 {0} 时队列的数据库断开了：它可能已全部放入。',
  'Others may work on it. See what has become of it:': '其他机器可能正在处理它。查看它的情况：',
  "The queue's database is away: what was answered since is kept in {0}, from which the next resume or work here brings it there.":
    '队列的数据库断开了：此后的应答保存在 {0} 中，下次在这里继续时会送到队列。',
  "{0} is none of this run's, and has a place that one of its files needs.":
    '{0} 不属于此次运行，却占用了它的文件的位置。',
  'Move it away, or go to another folder, and do the same again.': '请把它移走，或换一个文件夹，然后再试。',
  '{0} has replies that the queue does not have yet, to calls that somebody makes again just now.':
    '{0} 中有队列还没有的应答，而有人正在重新发出那些调用。',
  'Do the same again once the run is at rest.': '请在该次运行停下后再试。',
  '{0} holds another run than the queue has under that name.': '{0} 中的运行与队列中同名的运行不同。',
  'Go to another folder, and do the same there.': '请换一个文件夹再试。',
  '{0} holds replies of another run named {1}, which the queue does not have.':
    '{0} 中有另一个名为 {1} 的运行的应答，队列中没有它。',
  'Move the file away, then do the same again.': '请把该文件移走，然后再试。',
  '{0} goes to {1}, and this worker to {2}.': '{0} 的目标是 {1}，而这个工作进程的目标是 {2}。',
  'If the access key may go there, too, name that host with --host, or as GENAUTH_HOST.':
    '如果访问密钥也可用于那里，请在 --host 中填写那个地址。',
  'Nothing says that {0} is about users of this access key: the server has named no user pool.':
    '无法确认 {0} 中的用户属于该访问密钥：服务器没有说明用户池。',
  'Work on it with the access key that it was begun with.': '请使用开始时的访问密钥。',
  '{0} and the queue each know of checks that the other does not.': '{0} 和队列各有对方没有的查看结果。',
  'Two have looked for the sessions at once. Put this file aside, and look again.':
    '有两处同时查看了会话。请把该文件移到别处，然后重新查看。',
  'Somebody looks for the sessions of {0} just now.': '有人正在查看 {0} 的会话。',
  'Do the same again once that has ended.': '请在那里结束后再试。',
  '{0} is still going: what fails can be tried again once it has ended.':
    '{0} 仍在进行：结束后才能重试失败的部分。',
  '{0} is still going: its sessions can be looked for once it has ended.':
    '{0} 仍在进行：结束后才能查看会话。',
  'See how far it is:': '查看进度：',
  'Workers of {0} have not left it yet.': '{0} 的工作进程还没有离开。',
  'Do the same again in ten seconds.': '请十秒后再试。',
  '{0} was put into the queue by version {1} of genauth-offboard, and this is {2}.':
    '{0} 由 genauth-offboard 版本 {1} 放入队列，而这里是 {2}。',
  'Work on it with the version that it was begun with.': '请使用开始时的版本。',
  '{0} is not going: it is {1}.': '{0} 没有在进行：状态为 {1}。',
  '{0} is being worked on.': '{0} 正在处理中。',
  'Stop it first:': '请先停止它：',
  '{0} is {1}, and its workers have not left it yet.': '{0} 的状态为 {1}，其工作进程还没有离开。',
  '{0} workers work on {1} in {2} already.': '已有 {0} 个工作进程在 {2} 中处理 {1}。',

  'This is a bug, please report it.': '这是程序的错误，请报告给我们。',
  'What it is stands in the window in which genauth-offboard runs.':
    '具体内容在运行 genauth-offboard 的窗口中。可以重新加载本页再试；没有确认的内容不会发送。',
  'The body is to be application/json.': '请求的内容应为 application/json。',
  'The body is too long.': '请求的内容过长。',
  'The body is no JSON.': '请求的内容不是 JSON。',
  'The body is no JSON object.': '请求的内容不是 JSON 对象。',
  '{0} is to be text.': '{0} 应为文字。',
  '{0} is to be true or false.': '{0} 应为 true 或 false。',
  '{0} is to have texts, or true.': '{0} 中应为文字或 true。',
  'No file has been read.': '还没有读取文件。',
  'Give one first.': '请先提供一个。',
  'There is nothing here.': '这里没有内容。',
  'There is no such step.': '没有这个步骤。',
  'The job is at another step by now.': '任务现在已在另一个步骤。',
  'The page shows at which.': '本页会显示是哪一步。',
  '--port: port {0} is in use.': '--port：端口 {0} 已被占用。',
  '--port: port {0} may not be used.': '--port：端口 {0} 不允许使用。',
  'Give another one, or leave it away for any that is free.': '请换一个端口，或不指定端口。',
  'This is no address.': '这不是地址。',
  'This address is not the one that was printed.': '此地址不是程序显示的地址。',
  'Open the address that genauth-offboard has printed, as it is.': '请原样打开 genauth-offboard 显示的地址。',
  'This was asked for by another page.': '这是另一个网页发出的请求。',
  'Open the address that genauth-offboard has printed.': '请打开 genauth-offboard 显示的地址。',
  'This address was used already, or is another one’s.': '此地址已被使用过，或不是您的。',
  'Press Enter in the window in which genauth-offboard runs: it prints a new address, and whoever opened the one before is shut out.':
    '请在运行 genauth-offboard 的窗口中按回车键，以获取新的地址；之前打开的页面会失效。',
};

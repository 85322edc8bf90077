/** Why a setting is not taken, nothing answers, or a run has stopped; `{0}` and so on stand for what is filled in. */
export const zhCnOfServers: Readonly<Record<string, string>> = {
  'user pool {0}': '用户池 {0}',
  'access key {0}': '访问密钥 {0}',

  '{0} takes {1}, not {2}.': '{0} 应为{1}，而不是 {2}。',
  'text that is not empty': '非空的文字',
  'true or false': '真或假',
  'a whole number from {0} to {1}': ' {0} 到 {1} 之间的整数',
  'a number from {0} to {1}': ' {0} 到 {1} 之间的数字',
  'a duration with its unit, such as 500ms, 10s or 15m': '带单位的时长，例如 500ms、10s 或 15m',
  'milliseconds from 1 to {0} (24 days)': ' 1 到 {0} 毫秒（24 天）',
  'one of {0}': '以下之一：{0}',
  'a list of texts': '文字列表',
  'a list': '列表',
  'an object': '对象',
  'a function': '函数',
  'an address of an http or https proxy': 'http 或 https 代理的地址',
  'the name of an HTTP header': 'HTTP 头的名称',
  'ASCII characters that an HTTP header can hold': 'HTTP 头可以使用的 ASCII 字符',
  "the code that a country's numbers begin with": '国家代码',
  "the code that a country's phone numbers begin with, such as 86,": '国家代码（例如 86）',
  'the ID of an app (24 hexadecimal digits)': '应用的 ID（24 位十六进制数字）',
  'the name of the host': '主机名',
  'the address of a PostgreSQL database': 'PostgreSQL 数据库的地址',
  'Write 86 for China.': '中国请填 86。',
  '{0} has an empty name in {1}.': '{0} 的 {1} 中有空的一项。',
  'Write a,b,c.': '请写成 a,b,c。',
  'Leave it out.': '请去掉它。',
  '{0} was given more than once.': '{0} 给出了不止一次。',
  'Give it once.': '请只给一次。',
  '{0} needs a value.': '{0} 需要填写。',
  'Write {0}=<value>.': '请填写 {0}。',
  '{0} still holds {1}.': '{0} 中还有 {1}。',
  'Write {0} in its place.': '请换成{0}。',
  'There is no option {0}.': '没有选项 {0}。',
  'There are {0}.': '可用的有 {0}。',
  'Is {0} meant?': '是指 {0} 吗？',
  'The options are an object with options by their names.': '选项应为对象。',
  '{0} is an object with options by their names.': '{0} 应为对象。',
  'It may have {0}.': '其中可以有 {0}。',
  'There is no setting {0}.': '没有设置 {0}。',
  'The setting {0} is text, true or null.': '设置 {0} 应为文字、true 或 null。',
  '--look-up and --no-look-up say the opposite of each other.': '--look-up 与 --no-look-up 相互矛盾。',
  'Give one of them.': '请只选其中一个。',
  '--every says how often --watch looks, and --watch was not given.':
    '--every 是 --watch 的间隔，而没有给出 --watch。',
  'Say for how long:': '请说明持续多久：',

  '{0} holds a space, a line break or a character that no access key has.':
    '{0} 中有空格、换行或访问密钥不会有的字符。',
  '{0} is missing.': '未填写 {0}。',
  '{0} and {1} are missing.': '未填写 {0} 和 {1}。',
  'Copy it again from the GenAuth console.': '请从 GenAuth 控制台重新复制。',
  'Give both; the GenAuth console shows them.': '请填写两项；它们在 GenAuth 控制台中。',
  '--access-key-secret is no flag: the command line is no place for a secret.':
    '--access-key-secret 不是可用的参数：密钥不应写在命令行中。',
  'Others on this machine may have seen it, and it is in the history of your shell: have it replaced in the GenAuth console. Set GENAUTH_ACCESS_KEY_SECRET, or give a file with --access-key-secret-file.':
    '这台电脑上的其他人可能已看到它，它也在命令历史中：请在 GenAuth 控制台更换它，然后在本页填写新的密钥。',
  'No credentials: {0} is not set.': '没有密钥：未填写 {0}。',
  'No credentials: {0} and {1} are not set.': '没有密钥：未填写 {0} 和 {1}。',
  'Set both in the environment, or give the secret with --access-key-secret-file. To practise without a tenant, use `demo`.':
    '请填写两项；它们在 GenAuth 控制台的“密钥管理”中。',
  'Neither credentials nor a client is given.': '既没有给出密钥，也没有给出客户端。',
  'Give credentials: { accessKeyId, accessKeySecret }, or a client of your own.':
    '请给出 credentials: { accessKeyId, accessKeySecret }，或您自己的客户端。',
  'an object with kickUsers(dto)': '有 kickUsers(dto) 的对象',
  'what openSharing() returns': 'openSharing() 的返回值',
  'a path or a readable stream': '路径或可读流',
  '--access-key-secret-file: {0} is empty.': '--access-key-secret-file：{0} 是空的。',
  '--access-key-secret-file: {0} cannot be read ({1}).': '--access-key-secret-file：无法读取 {0}（{1}）。',
  '--access-key-secret-file names no file ({0}).': '--access-key-secret-file 指定的文件不存在（{0}）。',
  'It takes the path of a file that holds the secret. If you gave the secret itself, others on this machine may have seen it: have it replaced in the GenAuth console.':
    '它应为存有密钥的文件的路径。如果给出的是密钥本身，这台电脑上的其他人可能已看到它：请在 GenAuth 控制台更换。',
  'Others can read {0}. Protect it with: {1}': '其他人可以读取 {0}。请用以下命令保护它：{1}',
  '{0} holds no certificate in PEM form.': '{0} 中没有 PEM 格式的证书。',
  '{0} holds a damaged certificate.': '{0} 中有已损坏的证书。',
  '--ca-file: {0} cannot be read ({1}).': '--ca-file：无法读取 {0}（{1}）。',
  '--ca-file: {0} holds no certificate.': '--ca-file：{0} 中没有证书。',
  '--ca-file: {0} holds a damaged certificate, number {1}.': '--ca-file：{0} 中第 {1} 个证书已损坏。',
  '--ca-file: the certificate of {0} was valid until {1} only.': '--ca-file：{0} 的证书有效期只到 {1}。',
  'Give the certificate of the authority that issued the server’s, in PEM form ("-----BEGIN CERTIFICATE-----").':
    '请给出签发服务器证书的机构的证书，PEM 格式（“-----BEGIN CERTIFICATE-----”）。',
  '{0} is no address of an http or https proxy.': '{0} 不是 http 或 https 代理的地址。',
  '{0} holds no address of an http or https proxy.': '{0} 不是 http 或 https 代理的地址。',
  'It looks like http://proxy.example:3128.': '形式如 http://proxy.example:3128。',
  'To go without a proxy, unset it or name the host in NO_PROXY.':
    '如不使用代理，请取消该变量，或在 NO_PROXY 中写入主机名。',
  'Going to {0} through the proxy {1} ({2}).': '经代理 {1}（{2}）访问 {0}。',
  '{0} takes a whole address, with its https:// or http://, not "{1}".':
    '{0} 需要完整的地址（带 https:// 或 http://），而不是“{1}”。',
  'Probably it is {0}.': '可能是 {0}。',
  '{0} takes an https address, not "{1}".': '{0} 需要 https 地址，而不是“{1}”。',
  "Give the API's base address, such as {0}.": '请填写 API 的基本地址，例如 {0}。',
  '{0} takes a plain address, without user, query or fragment.':
    '{0} 只需要地址本身，不带用户名、参数或片段。',
  '{0} is plain http to {1}, which would show the credentials to the network.':
    '{0} 用明文 http 访问 {1}，会在网络中暴露密钥。',

  'Interrupted.': '已中断。',
  'What was in flight was given up: it may have been carried out, and is `unknown`.':
    '已发出而未收到应答的请求被放弃：它们可能已执行，状态为“unknown”。',
  'What was in flight has been waited for and kept.': '已等到所有已发出请求的应答，并已保存。',
  'Somebody has stopped it for all workers, on {0}.': '有人在 {0} 上停止了所有工作进程。',
  'Nothing was sent.': '没有发送任何内容。',
  'GenAuth refuses to sign out anybody (403), also a user from far on in the file: the access key has no right to call kick-users.':
    'GenAuth 拒绝登出任何人（403），包括文件中靠后的用户：该访问密钥无权调用 kick-users。',
  'Give the key that right in the GenAuth console, or use the key of an administrator. No row is failed for it.':
    '请在 GenAuth 控制台授予该权限，或使用管理员的密钥。没有任何行因此算作失败。',
  'GenAuth refuses whatever is asked (403): the access key has no right to read sessions.':
    'GenAuth 拒绝了所有查询（403）：该访问密钥无权读取会话。',
  'Give the key that right in the GenAuth console, or use the key of an administrator. What was seen until then is kept.':
    '请在 GenAuth 控制台授予该权限，或使用管理员的密钥。此前看到的结果已保存。',
  'Nothing has answered as GenAuth does: {0}.': '没有收到 GenAuth 的应答：{0}。',
  'The server has been down for too long: {0}.': '服务器长时间没有正常应答：{0}。',
  'What it kept from succeeding is open, and goes out again. Go on when the server is back; --give-up-after sets how long a run waits.':
    '因此没有成功的调用仍待处理，会重新发送。服务器恢复后请继续运行。',
  "The tenant's quota is used up: every call is throttled.": '租户的配额已用完：所有调用都被限流。',
  "The tenant's quota is used up: every call is throttled, and it comes back at {0} UTC.":
    '租户的配额已用完：所有调用都被限流，{0} UTC 恢复。',
  'Nothing was failed for it. Go on later; --give-up-after sets how long a run waits.':
    '没有任何行因此算作失败。请稍后继续运行。',
  'Nothing was failed for it. Go on then, or wait for it with the --give-up-after below.':
    '没有任何行因此算作失败。请到那时继续运行。',
  '{0} of the {1} calls that have ended did not succeed, and --stop-after-failures allows {2}.':
    '已结束的 {1} 个调用中有 {0} 个没有成功，而 --stop-after-failures 只允许 {2}。',
  'Look at the causes first. To go on, give a higher --stop-after-failures or none; --retry-failed also tries again what failed.':
    '请先查看原因。要继续，可继续运行其余部分；“重试失败的部分”会再试失败的调用。',
  'The canary of {0} user has ended: {1} of its {2} row succeeded.':
    '首批 {0} 位用户已处理：{2} 行中 {1} 行成功。',
  'The canary of {0} user has ended: {1} of its {2} rows succeeded.':
    '首批 {0} 位用户已处理：{2} 行中 {1} 行成功。',
  'The canary of {0} users has ended: {1} of its {2} rows succeeded.':
    '首批 {0} 位用户已处理：{2} 行中 {1} 行成功。',
  'Look at them in report.csv. `resume` asks on a terminal whether to go on; with --yes it goes on only when all of them succeeded.':
    '请在 report.csv 中查看。要处理其余用户，请继续运行。',
  'no reply at all': '完全没有应答',
  'the last reply was HTTP {0}': '最后的应答是 HTTP {0}',
  'the last reply was HTTP {0}, statusCode {1}, "{2}"': '最后的应答是 HTTP {0}，statusCode {1}，“{2}”',
  'Nothing at this port speaks https: check the port of --host (or GENAUTH_HOST), the network and the proxy. Plain http is taken for this machine only.':
    '这个端口没有 https 服务：请检查 --host 的端口、网络和代理。明文 http 只用于本机。',
  'Perhaps nothing at this port speaks https: check the port of --host (or GENAUTH_HOST), the network and the proxy. Plain http is taken for this machine only.':
    '这个端口可能没有 https 服务：请检查 --host 的端口、网络和代理。明文 http 只用于本机。',
  'Probably this port is one for {0}: try --host {1}': '这个端口很可能用的是 {0}：请在 --host 中试试 {1}',
  'Perhaps this port is one for {0}: try --host {1}': '这个端口可能用的是 {0}：请在 --host 中试试 {1}',
  'plain http': '明文 http',

  '{=0} ({1}).': '{0}（{1}）。',
  'GenAuth does not take this kind of signature': 'GenAuth 不接受这种签名',
  'Use --auth token.': '请以 --auth token 重新启动本程序。',
  'GenAuth could not read the date of a signed request': 'GenAuth 无法读取已签名请求的日期',
  'Use --auth token. If it must be signed, look for a proxy on the way that takes the date header out.':
    '请以 --auth token 重新启动本程序。如果必须签名，请查看途中是否有代理去掉了日期头。',
  "The user pool's plan does not cover this, or a bill is open": '用户池的套餐不包含此功能，或有未付的账单',
  'Look at plan and billing in the GenAuth console.': '请在 GenAuth 控制台查看套餐和账单。',
  'There is nothing to get a token from at this address': '这个地址无法取得令牌',
  'Check the path in --host (or GENAUTH_HOST): it ends where /api/v3 begins, and mostly there is none.':
    '请检查 --host 中的路径：它应在 /api/v3 之前结束，通常没有路径。',
  'GenAuth does not accept the signature': 'GenAuth 不接受该签名',
  'Check {0}. If both are right, try the other --brand, or --auth token.':
    '请检查 {0}。如果两项都对，请换用另一个 --brand 或 --auth token 重新启动本程序。',
  'GENAUTH_ACCESS_KEY_ID and GENAUTH_ACCESS_KEY_SECRET': 'GENAUTH_ACCESS_KEY_ID 和 GENAUTH_ACCESS_KEY_SECRET',
  'GenAuth does not know this user pool': 'GenAuth 没有这个用户池',
  'Check that --host (or GENAUTH_HOST) and GENAUTH_ACCESS_KEY_ID belong to the same GenAuth.':
    '请检查 --host 和 GENAUTH_ACCESS_KEY_ID 是否属于同一个 GenAuth。',
  'Check --host (or GENAUTH_HOST): if the address that it redirects to is GenAuth’s, give that one.':
    '请检查 --host：如果它跳转到的地址是 GenAuth 的，请填写那个地址。',
  'Check whether --host (or GENAUTH_HOST) is to begin with https:// or http://, and its port.':
    '请检查 --host 应以 https:// 还是 http:// 开头，以及端口。',
  'A setting holds characters that no HTTP header can carry': '有一项设置含有 HTTP 头不能使用的字符',
  'Check GENAUTH_ACCESS_KEY_ID, --tenant-id and --tenant-header for stray characters.':
    '请检查 GENAUTH_ACCESS_KEY_ID、--tenant-id 和 --tenant-header 中是否有多余的字符。',
  'GenAuth throttles even the request for a token': 'GenAuth 连取得令牌的请求也限流',
  'Go on when it is less busy.': '请在它不那么忙时继续。',
  'GenAuth refuses to give a token for this access key': 'GenAuth 拒绝了该访问密钥',
  'Check {0}, and in the GenAuth console that the key has not been revoked.':
    '请检查 {0}，并在 GenAuth 控制台确认密钥未被撤销。',
  'GenAuth does not accept the authorization of the request': 'GenAuth 不接受该请求的授权',
  'Check in the GenAuth console that the access key has not been revoked and may call kick-users. When signing, try --auth token.':
    '请在 GenAuth 控制台确认访问密钥未被撤销，并有权调用 kick-users。',
  'GenAuth refused the request': 'GenAuth 拒绝了该请求',
  'Check --host (or GENAUTH_HOST) and {0}.': '请检查 --host 和 {0}。',
  "The server's certificate was not accepted": '服务器的证书不被接受',
  "Check this computer's date. If it is right, the server needs a new certificate.":
    '请检查这台电脑的日期。如果日期正确，则服务器需要新的证书。',
  'It was made out to another name: check --host (or GENAUTH_HOST).':
    '证书是为另一个名称签发的：请检查 --host。',
  'If the server or a proxy on the way has a certificate of your own authority, name that with --ca-file. If not, check --host.':
    '如果服务器或途中的代理使用贵公司自己机构的证书，请以 --ca-file 指定它并重新启动本程序。否则请检查 --host。',
  "Set this computer's clock, or use --auth token.":
    '请校准这台电脑的时钟，或以 --auth token 重新启动本程序。',
  "This computer's clock is too far from the server's": '这台电脑的时钟与服务器相差过大',
  "GenAuth finds the request's date wrong, although this computer's clock agrees with the server's":
    'GenAuth 认为请求的日期不对，而这台电脑的时钟与服务器一致',
  "This computer's clock is {0} {1} the server's": '这台电脑的时钟与服务器相差 {0}（{1}）',
  '{0} minutes': '{0} 分钟',
  'ahead of': '偏快',
  behind: '偏慢',

  'not sent: the call may be another worker’s by now': '未发送：该调用现在可能属于另一个工作进程',
  'the server sent 100 Continue unasked, and the reply after it cannot be read':
    '服务器擅自发送了 100 Continue，之后的应答无法读取',
  'no encrypted connection could be made': '无法建立加密连接',
  'the proxy wants a user name and password, or does not take the ones it was given':
    '代理需要用户名和密码，或不接受所给的',
  'the server does not speak https on this port': '服务器的这个端口没有 https',
  'what came is no HTTP': '收到的不是 HTTP',
  'the client is closed': '客户端已关闭',
  'the request could not be built: a setting holds characters that no header can carry':
    '无法生成请求：有一项设置含有 HTTP 头不能使用的字符',
  'the head of the reply was longer than any that GenAuth gives': '应答的头比 GenAuth 的任何应答都长',
  'the reply was longer than any that GenAuth gives': '应答比 GenAuth 的任何应答都长',
  'the server changed to another protocol unasked': '服务器擅自换用了另一种协议',
  'bad response': '应答有误',
  'bad upgrade': '协议升级有误',
  'every call is throttled{0}': '所有调用都被限流{0}',
  'GenAuth cannot be reached, as {0}': '无法连接 GenAuth：{0}',
  'GenAuth cannot be reached{0}': '无法连接 GenAuth{0}',
  'the server fails on every call{0}': '服务器对所有调用都失败{0}',
  'the access key is refused{0}': '访问密钥被拒绝{0}',
  'every call is forbidden{0}': '所有调用都被禁止{0}',
  'every call is refused{0}': '所有调用都被拒绝{0}',
  'what answers is not GenAuth{0}, which may pass': '应答的不是 GenAuth{0}，可能会恢复',
  'what answers is not GenAuth{0}': '应答的不是 GenAuth{0}',
};

/** A text, or one for each plural form of the language, by `{count}`. What stands in braces is filled in. */
export type Text = string | Partial<Record<Intl.LDMLPluralRule, string>>;

/** All texts of the page. Words of the report (`failed`, `row`, `call`) are those of the command line. */
export const en = {
  'page.title': 'Report on {name}',
  'page.language': 'Language',
  'page.skip': 'Skip to the rows',
  'page.parts': 'Parts of the page',
  'page.made': 'Made {time}',
  'page.version':
    'genauth-offboard {version}. This page works without a network, and holds people’s IDs: keep it as you keep the file.',
  'page.broken':
    'The rest of this page could not be unpacked by this browser. What stands below is what it can show; report.csv beside this file has every row.',
  'page.static': {
    one: 'The row that needs a look first. With JavaScript this page shows the others, with filters and a search.',
    other:
      'The {count} rows that need a look first. With JavaScript this page shows the others, with filters and a search.',
  },

  'verdict.survived': {
    one: 'No. GenAuth said that {count} row is signed out, and its session was alive afterwards.',
    other: 'No. GenAuth said that {count} rows are signed out, and their sessions were alive afterwards.',
  },
  'verdict.nobody': {
    one: 'No. Nobody is known to be signed out: {count} row is open.',
    other: 'No. Nobody is known to be signed out: {count} rows are open.',
  },
  'verdict.open': {
    one: 'Not all. {count} of {total} rows may still be signed in.',
    other: 'Not all. {count} of {total} rows may still be signed in.',
  },
  'verdict.back': {
    one: 'They were, and {count} row has signed in again.',
    other: 'They were, and {count} rows have signed in again.',
  },
  'verdict.unclear': {
    one: 'As far as GenAuth says, yes. Of {count} row it cannot be told whether a session is alive.',
    other: 'As far as GenAuth says, yes. Of {count} rows it cannot be told whether a session is alive.',
  },
  'verdict.only_strangers': {
    one: 'Nobody was signed out: GenAuth knows no user of the {count} row.',
    other: 'Nobody was signed out: GenAuth knows no user of the {count} rows.',
  },
  'verdict.but_strangers': {
    one: 'All whom GenAuth knows are signed out. {count} of {total} rows names no user of this user pool.',
    other: 'All whom GenAuth knows are signed out. {count} of {total} rows name no user of this user pool.',
  },
  'verdict.only_skipped': {
    one: 'Nobody was to be signed out: {count} row is protected.',
    other: 'Nobody was to be signed out: all {count} rows are protected.',
  },
  'verdict.only_no_user': {
    one: 'Nobody was named: {count} row is a header or a total.',
    other: 'Nobody was named: all {count} rows are headers or totals.',
  },
  'verdict.no_user': {
    one: '{count} row is a header or a total, and names nobody.',
    other: '{count} rows are headers or totals, and name nobody.',
  },
  'verdict.seen': {
    one: 'Yes. {count} row is signed out, and no session of it is alive.',
    other: 'Yes. All {count} rows are signed out, and no session of theirs is alive.',
  },
  'verdict.sample': {
    one: 'Yes, as far as GenAuth says: {count} row is signed out, and none of a sample is alive.',
    other: 'Yes, as far as GenAuth says: all {count} rows are signed out, and none of a sample is alive.',
  },
  'verdict.said': {
    one: 'Yes, as far as GenAuth says: {count} row is signed out.',
    other: 'Yes, as far as GenAuth says: all {count} rows are signed out.',
  },
  'verdict.skipped': {
    one: '{count} protected row was left alone.',
    other: '{count} protected rows were left alone.',
  },
  'verdict.question': 'Are they out?',

  'ended.finished': 'The run came to its end.',
  'ended.killed': 'The run has not come to its end: it was killed, or is still at work. Go on with it:',
  'ended.interrupted': 'The run was interrupted before its end. Go on with it:',
  'ended.not_started': 'The run has not begun. Start it:',
  'ended.unauthorized':
    'The run stopped, as GenAuth refuses the access key. With the right key, go on with it:',
  'ended.forbidden':
    'The run stopped, as the access key may not sign anybody out. With the right given, go on with it:',
  'ended.unreachable':
    'The run stopped, as nothing has answered as GenAuth does. Check the host, and go on with it:',
  'ended.server_down':
    'The run stopped, as the server was down for too long. When it is back, go on with it:',
  'ended.throttled': 'The run stopped, as the tenant’s quota is used up. Later, go on with it:',
  'ended.failures':
    'The run stopped, as more calls failed than were allowed. Look at the causes, then go on with it:',
  'ended.canary': 'The run waits for a word after its first users. Look at them, then go on with it:',
  'ended.other': 'The run stopped before its end ({reason}). Go on with it:',
  'stop.interrupted': 'it was interrupted',
  'stop.unauthorized': 'GenAuth refused the access key',
  'stop.fatal': 'GenAuth or a setting did not let it go on',
  'stop.forbidden': 'the access key may not sign anybody out',
  'stop.unreachable': 'nothing answered as GenAuth does',
  'stop.server_down': 'the server was down for too long',
  'stop.throttled': 'the quota was used up',
  'stop.failures': 'more calls failed than were allowed',
  'stop.canary': 'the first users were done',
  'stop.journal': 'the disk took no more replies',
  'ended.wait': 'GenAuth asked to wait until {time}.',

  'sure.title': 'How sure is that?',
  'sure.said': 'Said',
  'sure.seen': 'Seen',
  'sure.sealed': 'Sealed',
  'sure.reached': 'reached',
  'sure.partly': 'in part',
  'sure.missed': 'not reached',
  'said.some': {
    one: 'GenAuth’s own reply said so of {count} of {total} rows.',
    other: 'GenAuth’s own replies said so of {count} of {total} rows.',
  },
  'said.none': 'GenAuth has said so of no row.',
  'seen.not_looked': 'Nobody has looked yet whether the sessions are gone. This does:',
  'seen.none_said': 'There is nothing to look for yet.',
  'seen.blind': 'A user who is signed in was not seen to be, so that the look proves nothing.',
  'seen.nobody':
    'Nobody was found who is signed in, so that it is not known whether a session would be seen.',
  'seen.all': {
    one: 'The session was looked for, and is gone.',
    other: 'All {count} sessions were looked for, and are gone.',
  },
  'seen.sample':
    'None of {checked} sessions is alive: of all {count} at most {percent} are, with 95 % sureness.',
  'seen.some':
    '{gone} of {count} sessions were seen to be gone. Survived: {survived}; signed in again: {back}; unclear: {unclear}; not checked: {unchecked}.',
  'seen.partly': 'In some apps nobody who is signed in was seen to be: there no session is called gone.',
  'seen.at': 'Last looked {time}.',
  'seen.unfinished': 'That look did not come to its end. Go on with it:',
  'sealed.no':
    'Sealed means that somebody else can check that nothing was changed since, such as by a time stamp or a signature. This report has none; what it is made from is pinned by the hashes at the end of this page, and whoever keeps those elsewhere can compare them.',
  'limits.tokens':
    'A kick ends sessions at GenAuth. Tokens that were given out may be good until they expire, and an app with a session of its own keeps it.',
  'limits.account':
    'An account that is still active can sign in again: disable it in GenAuth where that must not be.',

  'state.survived': 'survived',
  'state.failed': 'failed',
  'state.partial': 'partial',
  'state.unknown': 'unknown',
  'state.not_attempted': 'not attempted',
  'state.invalid': 'invalid',
  'state.signed_in_again': 'signed in again',
  'state.unclear': 'unclear',
  'state.no_such_user': 'no such user',
  'state.no_user': 'no user',
  'state.skipped': 'skipped',
  'state.said': 'signed out, said',
  'state.seen': 'signed out, seen',
  'means.survived': 'The session is alive although GenAuth said that it was ended.',
  'means.failed': 'May still be signed in: GenAuth refused.',
  'means.partial': 'Signed out of some apps; may still be signed in to others.',
  'means.unknown': 'May still be signed in: a call was sent, and no full reply came.',
  'means.not_attempted': 'Still signed in as before: nothing was sent, or it was only put off.',
  'means.invalid': 'Never sent, as the row is not in order. Whoever it means is as before.',
  'means.signed_in_again': 'Was signed out, and is back: the account is still active.',
  'means.unclear': 'GenAuth said that they are out; whether a session is alive cannot be told.',
  'means.no_such_user':
    'GenAuth knows nobody by this ID: nobody can be signed in by it. If the ID is wrong, somebody else was meant.',
  'means.no_user': 'A header or a total among the rows: it names nobody, and was never sent.',
  'means.skipped': 'On the list of protected users, and left alone.',
  'means.said': 'GenAuth said that all apps of the row are signed out.',
  'means.seen': 'GenAuth said so, and the sessions were seen to be gone.',
  'do.survived': 'End the session once more, and look again:',
  'do.signed_in_again': 'Suspend the account in GenAuth first, then run the row again.',
  'do.unclear': 'Look at the user in GenAuth’s console, or look again later:',
  'do.not_attempted': 'Go on with the run:',

  'rows.title': 'Who is not, and what to do',
  'rows.title_all_out': 'Rows',
  'rows.all_well': 'No row needs a look.',
  'rows.states': 'Filter by state',
  'rows.all': 'all',
  'rows.in_need': 'need a look',
  'rows.search': 'Search',
  'rows.search_hint': 'ID, app, message, request ID',
  'rows.clear': 'Show all',
  'rows.shown': {
    one: '{shown} of {count} row is shown.',
    other: '{shown} of {count} rows are shown.',
  },
  'rows.found': {
    one: '{count} row fits.',
    other: '{count} rows fit.',
  },
  'rows.none': 'No row fits.',
  'rows.not_inside': {
    one: 'None of the {count} row is in this page: report.csv beside it has them all.',
    other: 'None of these {count} rows is in this page: report.csv beside it has them all.',
  },
  'rows.partly_inside':
    'This page holds {inside} of the {count} rows that need a look, the worst first, and none of the others: report.csv beside it has all {total}.',
  'rows.only_open_inside':
    'This page holds the {inside} rows that need a look, and none of the others: report.csv beside it has all {total}.',
  'rows.more': { one: 'Show {count} more', other: 'Show {count} more' },
  'rows.everything': 'Show all {count}, to print them',
  'rows.details': 'Details of line {line}',
  'column.line': 'line',
  'column.user': 'user',
  'column.state': 'state',
  'column.why': 'why, and what to do',
  'column.apps': 'apps',
  'column.details': 'details',
  'row.type': 'type',
  'row.means': 'meaning',
  'row.open_apps': 'apps that are not known to be signed out',
  'row.all_apps': 'apps',
  'row.more_apps': { one: 'and {count} more', other: 'and {count} more' },
  'row.codes': 'codes',
  'row.attempts': 'attempts',
  'row.requests': 'request IDs',
  'row.first': 'first attempt',
  'row.last': 'last reply',
  'row.apps_open': '{open} of {count} open',
  'row.apps_count': { one: '{count} app', other: '{count} apps' },
  'row.no_message': 'No reason was given.',

  'causes.title': 'Causes',
  'causes.rows': { one: '{count} row', other: '{count} rows' },
  'causes.first': 'first at line {line}',
  'causes.none': 'Every row succeeded.',
  'causes.show': 'Show these rows',

  'chart.title': 'How it went',
  'chart.nothing': 'Nothing was sent.',
  'chart.summary':
    '{attempts} attempts for {calls} calls in {duration}: {rate} a second, half of them answered within {p50} ms.',
  'chart.label': 'Attempts over time, by how they were answered. The highest stretch of {width} has {most}.',
  'chart.succeeded': 'succeeded',
  'chart.throttled': 'throttled',
  'chart.rejected': 'refused',
  'chart.other': 'no usable reply',
  'chart.gap': 'nothing for {duration}',
  'chart.rest': 'not at work for {duration}',
  'chart.outage': 'nothing accepted',
  'chart.events': 'Pauses and outages',
  'chart.event_gap': 'From {from} to {to} nothing was answered ({duration}).',
  'chart.event_outage': 'From {from} to {to} nothing was accepted ({duration}).',
  'chart.event_session': 'At {from} a process went on with the run.',
  'chart.event_killed':
    'The process that began at {from} left no word of its end: it was killed, or is still at work.',
  'chart.event_ended': 'At {from} it stopped: {reason}.',

  'proof.title': 'Can I prove it?',
  'proof.how':
    'Whoever has the run folder can compute these hashes again, and find each request ID in GenAuth’s own logs.',
  'proof.input': 'Input',
  'proof.file': 'file',
  'proof.hash': 'SHA-256',
  'proof.host': 'Host',
  'proof.pool': 'User pool',
  'proof.who': 'Started by',
  'proof.who_value': '{user} on {machine}, {time}',
  'proof.folder': 'Run folder',
  'proof.sent': 'Sent',
  'proof.sent_value': 'from {from} to {to}',
  'proof.users': 'Users',
  'proof.calls': 'Calls',
  'proof.calls_value': '{planned} planned, {succeeded} succeeded',
  'proof.attempts': 'Attempts',
  'proof.throttled': 'Throttled',
  'proof.repeated': 'Sent again after a crash, at most',
  'proof.sessions': 'Processes',
  'proof.latency': 'Answered within, ms',
  'proof.latency_value': '{p50} (half), {p90} (9 of 10), {p99} (99 of 100)',
} as const satisfies Record<string, Text>;

export type TextKey = keyof typeof en;

/**
 * Everything that can be wrong with a row, or odd about it: what a group of such problems is called, and what to do
 * about all of them.
 */
export const problemKinds = {
  cell_count: {
    title: 'wrong number of cells',
    whatToDo: 'Look for a comma that is missing, or one in a cell that has no quotation marks around it.',
  },
  no_user_id: { title: 'no user ID', whatToDo: 'Fill it in, or take the line out.' },
  control_character: {
    title: 'control character in an ID',
    whatToDo: 'Take it out where the file was made.',
  },
  unknown_type: {
    title: 'unknown user ID type',
    whatToDo: 'Write one of the types that --help lists, or leave the cell empty and give --user-id-type.',
  },
  no_at_sign: { title: 'email without "@"', whatToDo: 'Correct the address, or the type.' },
  email_form: {
    title: 'email address with a slip in it',
    whatToDo: 'Correct the address; compare it with the system that it came from.',
  },
  not_two_parts: { title: 'ID that is not in two parts', whatToDo: 'Correct the ID, or the type.' },
  bad_json: { title: 'apps that are no JSON array', whatToDo: 'Put ";" between the app IDs.' },
  no_app: {
    title: 'no app named',
    whatToDo: 'Fill the app IDs in, or give them for all rows with --app-ids.',
  },
  unknown_app: {
    title: 'app that the user pool does not have',
    whatToDo:
      'The command `apps` lists those it has, by name and ID; an access key may see only some of them. --allow-damaged-ids <a,b,c> lets just the IDs that it names through.',
  },
  ambiguous_app: {
    title: 'name that several apps have',
    whatToDo: 'Write the ID of the app in place of its name.',
  },
  unknown_user: {
    title: 'user whom GenAuth does not know',
    whatToDo:
      'Is the user pool the right one, and the user ID type? Whoever was deleted needs no sign-out: take the line out.',
  },
  other_person: {
    title: 'perhaps the wrong person',
    whatToDo: 'Find out which of the two is meant, and correct the line.',
  },
  other_contact: {
    title: 'what GenAuth has otherwise',
    whatToDo: 'It may have changed; look whether it is the person that is meant.',
  },
  other_name: {
    title: 'name that GenAuth has otherwise',
    whatToDo:
      'People change their names, and systems spell them in their own ways; look whether it is the person that is meant.',
  },
  nothing: {
    title: 'nothing in place of an ID',
    whatToDo:
      'Fill the ID in, or take the line out. Where somebody is called so, --allow-damaged-ids <a,b,c> lets just the IDs that it names through.',
  },
  header: {
    title: 'header in the middle of the file',
    whatToDo: 'Take the line out, and all that does not belong into the table.',
  },
  total: {
    title: 'total or footer in place of an ID',
    whatToDo: 'Take the line out. Where somebody is called so, --allow-damaged-ids <a,b,c> lets it through.',
  },
  several: {
    title: 'more than one value in a cell',
    whatToDo: 'Write a line for each user, with one ID in its cell.',
  },
  wrapped: { title: 'ID with something around it', whatToDo: 'Write the ID itself, with nothing around it.' },
  lost_characters: {
    title: 'characters lost or changed',
    whatToDo:
      'Export the file again as "CSV UTF-8", and run it as it is: the letters were lost where it was saved or read before.',
  },
  app_form: {
    title: 'app ID of another form',
    whatToDo:
      'A name is found only where the list of apps can be read, as `run` does, and `check --look-up`. If they are right as IDs, --allow-damaged-ids <a,b,c> lets just the IDs that it names through.',
  },
  split_app: {
    title: 'apps with white space between them',
    whatToDo:
      'If they are one app, `run` finds it by its name where it can read the list of apps, and `check --look-up` shows that. If they are several, put ";" between them.',
  },
  too_long: { title: 'ID that is too long', whatToDo: 'Look for a quotation mark that is missing.' },
  shortened_number: {
    title: 'number shortened by a spreadsheet',
    whatToDo:
      'Export the file again and run it as it is; to open it in a spreadsheet, import the column as text.',
  },
  cut_number: {
    title: 'digits cut to zeros by a spreadsheet',
    whatToDo:
      'Export the file again and run it as it is; to open it in a spreadsheet, import the column as text.',
  },
  lost_zeros: {
    title: 'leading zeros lost in a spreadsheet',
    whatToDo: 'Compare the proposed IDs with the system that they came from.',
  },
  date: {
    title: 'ID turned into a date by a spreadsheet',
    whatToDo: 'Take the IDs from the system that they came from, into a column that is formatted as text.',
  },
  decimal: {
    title: 'ID turned into a decimal number',
    whatToDo: 'Format the column as text where the file is made.',
  },
  formula: { title: 'formula in place of an ID', whatToDo: 'Write the ID itself.' },
  spreadsheet_error: {
    title: "spreadsheet's error in place of an ID",
    whatToDo: 'Mend the formula that the column was filled with.',
  },
  hidden_row: {
    title: 'hidden row of a sheet',
    whatToDo: 'Clear the filter and show all rows, delete those that are not meant, and save.',
  },
  no_result: {
    title: 'formula without its result',
    whatToDo: 'Open the workbook in Excel, which calculates it, and save it.',
  },
  other_digits: {
    title: 'number that its format shows otherwise',
    whatToDo:
      'Give the column the number format "0", compare the IDs with the system that they came from, and save.',
  },
  apostrophe: { title: 'apostrophe before an ID', whatToDo: 'Take it out.' },
  invisible_character: { title: 'invisible character in an ID', whatToDo: 'Take it out.' },
  full_width: { title: 'full-width characters in an ID', whatToDo: 'Write them in their usual form.' },
  phone_separators: {
    title: 'phone number with separators',
    whatToDo: 'Write the digits only, as GenAuth stores them.',
  },
  repeated_prefix: { title: 'country prefix twice in a phone number', whatToDo: 'Correct the number.' },
  country_prefix: {
    title: 'phone number with a country prefix',
    whatToDo:
      'GenAuth stores phone numbers without it, and will hardly find these. --phone-country 86 strips +86 and 0086, and 86 before a mobile number.',
  },
  odd_phone: { title: 'unusual phone number', whatToDo: 'Look at them; they are sent as they are.' },
  unmended: {
    title: 'row that is still to be mended',
    whatToDo: 'Mend it; or empty its cell in why_invalid if it is right as it is.',
  },
  custom_field: {
    title: 'ID of the type custom_field',
    whatToDo: 'GenAuth documents no form for it; try one user first.',
  },
} as const satisfies Record<string, { readonly title: string; readonly whatToDo: string }>;

export type ProblemKind = keyof typeof problemKinds;

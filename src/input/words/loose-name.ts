/**
 * A name without what people vary when they write it: case, white space, `_`, `-` and full-width forms.
 * `User ID`, `user_id`, `userId` and `ＵＳＥＲ－ＩＤ` are all `userid`.
 */
export function looseName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, '');
}

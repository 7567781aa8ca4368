// The log contains closed words and ids only, whatever goes wrong: nothing that was typed, searched for,
// written to the library or received. The words are not listed here: all input and all answers are recorded.
// Every other test of this layer checks its programs' logs in the same way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPage } from './lib/browser.mjs';
import { recordText, leakedWords, recordingProxy } from './lib/recordText.mjs';
import { control, rpc, startBridge, startSandbox } from './lib/programs.mjs';
import { closePages } from './lib/pages.mjs';
import { goTo, requestFrom, search, signIn, signInDemo, submit } from './lib/steps.mjs';
import { words } from './lib/words.mjs';

/** FOLIO's answer to an unknown name, which quotes the name. */
const unknown = (username) => ({
  status: 422,
  body: JSON.stringify({
    errors: [
      {
        message: `Error verifying user existence: No user found by username ${username}`,
        type: 'error',
        code: 'username.incorrect',
        parameters: [{ key: 'username', value: username }],
      },
    ],
    total_records: 1,
  }),
});

test('no word that was typed or received stands in the log', async (t) => {
  const stranger = '20231234-张三丰';
  const platform = await startSandbox(t, { librarian: false });
  const sandbox = await recordingProxy(t, platform, (call, body) =>
    call.url.startsWith('/authn/login') && body.includes(stranger) ? unknown(stranger) : undefined,
  );
  const bridge = await startBridge(t, sandbox);
  const page = await openPage(t, bridge.address);
  /** Calls a command that the program refuses. */
  const refused = async (name, payload) => {
    recordText(JSON.stringify(payload));
    recordText(name);
    await assert.rejects(rpc(bridge, name, payload));
  };

  await t.test('signing in with a name that the platform quotes', async () => {
    await signIn(page, stranger, '我的秘密口令P4ssword');
    await page.getByRole('alert').first().waitFor();
    await signInDemo(page);
  });
  await t.test('a search, a form, a request', async () => {
    await search(page, '三体');
    await requestFrom(page, '三体', 'search.work.requestLoan');
    await page.getByLabel(words('requests.form.field.note')).fill('请尽快，答辩在腊月廿三 urgently');
    await submit(page);
    await search(page, '此书绝无仅有之题名 nowhere-to-be-found');
  });
  await t.test('calls of another shape quote what they carry', async () => {
    await refused('account_sign_in', '我的秘密口令P4ssword');
    await refused('account_sign_in', { username: '欧阳某人', password: ['机密字样'] });
    await refused('request_act', { id: '不是编号', action: '机密动作ABC', text: '写给馆员的话' });
    await refused('request_get', { id: '一串文字不是编号' });
    await refused('查询红楼梦脂砚斋', {});
    await refused('draft_fill', { service: '借阅服务甲', text: '石头记' });
    await refused('library_choose', { tenant: null, profile: 'name = "某某学院图书馆', typed: null });
    await refused('source_add', { address: 'ftp://zhangsanfeng.example/目录' });
    await refused('link_open', { url: 'ftp://zhangsanfeng.example/密件' });
    await refused('draft_get', { id: '00000000-0000-4000-8000-000000000000' });
  });
  await t.test('a platform that answers rubbish', async () => {
    for (const kind of ['truncated', 'invalid-json', 'maintenance']) {
      await control(platform, 'POST', 'faults', { prefix: '/', kind });
      await rpc(bridge, 'sync_now', {}).catch(() => undefined);
      await goTo(page, 'search');
      await search(page, `红楼梦${kind === 'truncated' ? '甲戌本' : '庚辰本'}`);
      await control(platform, 'DELETE', 'faults');
    }
  });
  await closePages(bridge.address);
  await bridge.stop();
  const log = bridge.log();
  assert.deepEqual(leakedWords(log), []);
  assert.doesNotMatch(log, /\p{Script=Han}/u);
  assert.match(log, /A command failed\. command="account_sign_in" code=\w+ said=422 username\.incorrect/);
  assert.match(log, /command="unknown" code=BadCall/);
  assert.match(log, /A source failed\./);
  // the check can fail: it finds the same words in a log that contains them
  assert.notDeepEqual(leakedWords(`${log}\nNo user found by username ${stranger}`), []);
  assert.notDeepEqual(leakedWords(`${log}\nsearched for nowhere to be found`), []);
});

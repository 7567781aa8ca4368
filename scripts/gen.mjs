// npm run gen: writes the generated files again (the TypeScript types of the command table).
import { setup } from './setup.mjs';
import { main, must } from './lib/run.mjs';

await main(async () => {
  await setup();
  await must('cargo', ['run', '-q', '--locked', '-p', 'hongyan-api', '--features', 'export', '--bin', 'gen']);
});

// A page without a framework that keeps what it hears: its model is filled by events alone.
const heard = {};
for (const name of ['input', 'change'])
  document.addEventListener(name, ({ target }) => (heard[target.name] = target.value));
window.model = () => heard;

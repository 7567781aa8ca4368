// layui reads its model out of the page when it is asked; `heard` is what came by its events.
const { layui } = window;
layui.use('form', () => {
  const { form } = layui;
  form.render();
  window.model = () => form.val('request');
});

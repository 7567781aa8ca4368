// Element UI on Vue 2: its labels are for nothing, the inputs have no ids.
const { Vue } = window;
Vue.use(window.ELEMENT);

const LABELS = [
  '文献篇名',
  '篇名作者',
  '来源刊名',
  '出版单位',
  '出版城市',
  '出版时间',
  '版本项',
  '卷次',
  '期次',
  '起讫页',
  'ISSN号',
  'DOI',
  '截止日期',
  '最高限价',
  '附言',
];
const data = { reader: '韦明华', mail: '', code: '', place: '', day: '' };
for (const key of window.KEYS) data[key] = '';

const page = new Vue({
  data,
  render(h) {
    const bound = (key) => ({ props: { value: this[key] }, on: { input: (value) => (this[key] = value) } });
    const item = (label, input) => h('el-form-item', { props: { label } }, [input]);
    const typed = (key, type) => {
      const { props, on } = bound(key);
      return h('el-input', { props: { ...props, type }, on });
    };
    return h('el-form', { props: { labelWidth: '160px', model: this.$data } }, [
      item('申请人', typed('reader')),
      item('邮箱', typed('mail')),
      ...LABELS.map((label, i) => item(label, typed(window.KEYS[i], i === 14 ? 'textarea' : 'text'))),
      item(
        '取件地点',
        h('el-select', bound('place'), [h('el-option', { props: { value: '总馆', label: '总馆' } })]),
      ),
      item('期望到馆日期', h('el-date-picker', bound('day'))),
      item('验证码', typed('code')),
    ]);
  },
}).$mount('#app');

window.model = () => ({ ...page.$data });

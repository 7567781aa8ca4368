// Element Plus on Vue 3. Render functions, because the page forbids `eval`.
const { createApp, h, reactive } = window.Vue;
const { ElButton, ElForm, ElFormItem, ElInput, ElSelect, ElOption, ElDatePicker } = window.ElementPlus;

const LABELS = [
  '论文题名',
  '论文作者',
  '期刊名称',
  '出版者',
  '出版地点',
  '年份',
  '版本',
  '卷',
  '期',
  '页码范围',
  '国际标准刊号',
  'DOI 号',
  '希望获取时间',
  '费用上限',
  '补充说明',
];
const data = reactive({ reader: '韦明华', phone: '', code: '', place: '', day: '', type: '' });
for (const key of window.KEYS) data[key] = '';

const bound = (key) => ({ modelValue: data[key], 'onUpdate:modelValue': (value) => (data[key] = value) });
const item = (label, input) => h(ElFormItem, { label }, () => input);

const Page = {
  render: () =>
    h(ElForm, { labelWidth: '160px', model: data }, () => [
      item('读者姓名', h(ElInput, bound('reader'))),
      item('手机号', h(ElInput, bound('phone'))),
      item(
        '文献类型',
        h(ElSelect, bound('type'), () => h(ElOption, { value: '期刊论文' })),
      ),
      ...LABELS.map((label, i) =>
        item(label, h(ElInput, { ...bound(window.KEYS[i]), type: i === 14 ? 'textarea' : 'text' })),
      ),
      item(
        '取书馆',
        h(ElSelect, bound('place'), () => h(ElOption, { value: '总馆' })),
      ),
      item('有效期至', h(ElDatePicker, bound('day'))),
      item('校验码', h(ElInput, bound('code'))),
      h(
        ElButton,
        { type: 'primary', onClick: () => window.dispatchEvent(new Event('sent')) },
        () => '提交申请',
      ),
    ]),
};

window.model = () => ({ ...data });
createApp(Page).mount('#app');

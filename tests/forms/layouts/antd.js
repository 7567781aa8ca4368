// antd 5: labels by `for`, a date picker and a select that are components.
const { createElement: h } = window.React;
const { Form, Input, Select, DatePicker, Button } = window.antd;

const LABELS = [
  '篇名',
  '文章作者',
  '刊名',
  '出版社',
  '出版地',
  '出版年',
  '版次',
  '卷号',
  '期号',
  '起止页码',
  'ISSN',
  'DOI',
  '最迟需要日期',
  '可接受的最高费用（元）',
  '备注',
];
let form;

function Page() {
  [form] = Form.useForm();
  const item = (name, label, input, rules) => h(Form.Item, { key: name, name, label, rules }, input);
  return h(
    Form,
    {
      form,
      layout: 'horizontal',
      labelCol: { span: 6 },
      initialValues: { reader: '韦明华' },
      // heard only where all that is required is there
      onFinish: () => window.dispatchEvent(new Event('sent')),
    },
    item('reader', '姓名', h(Input)),
    item('tel', '联系电话', h(Input)),
    item('mail', '电子邮箱', h(Input, { type: 'email' })),
    ...LABELS.map((label, i) =>
      item(window.KEYS[i], label, i === 14 ? h(Input.TextArea, { rows: 2 }) : h(Input), [
        { required: i < 3 },
      ]),
    ),
    item('place', '取书地点', h(Select, { options: [{ value: '一楼总服务台' }, { value: '西校区' }] })),
    item('day', '截止日期', h(DatePicker)),
    item('code', '验证码', h(Input)),
    h(Button, { type: 'primary', htmlType: 'submit' }, '提交'),
  );
}

window.model = () => form.getFieldsValue(true);
window.ReactDOM.createRoot(document.getElementById('app')).render(h(Page));

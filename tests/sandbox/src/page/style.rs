//! How the librarian's pages look: one sheet, light and dark.

/// The sheet.
pub(super) const STYLE: &str = "\
:root{color-scheme:light dark;--ground:light-dark(#fbfaf7,#1d1c1a);--card:light-dark(#fff,#262522);\
--line:light-dark(#ddd8cf,#3d3a35);--ink:light-dark(#26231f,#e8e4dc);--quiet:light-dark(#6d675e,#a59e92);\
--demo:light-dark(#a33327,#d96a5b);--link:light-dark(#2b5c8a,#8ab6e0)}\
body{font:15px/1.6 system-ui,'Noto Sans CJK SC',sans-serif;max-width:76rem;margin:0 auto;padding:1rem 1.5rem 3rem;\
color:var(--ink);background:var(--ground)}\
h1{font-size:1.5rem;margin:.2rem 0}h2{font-size:1.15rem;margin:1.8rem 0 .5rem}\
small{color:var(--quiet);font-size:.85em;font-weight:400}a{color:var(--link)}\
header{border-bottom:2px solid var(--demo);margin-bottom:1rem}header p{margin:.2rem 0 .6rem}\
.demo{background:var(--demo);color:#fff;padding:0 .5em;border-radius:3px}\
nav{display:flex;flex-wrap:wrap;gap:1.2rem;margin-bottom:.6rem}nav a{text-decoration:none}\
nav a[aria-current]{font-weight:600;border-bottom:2px solid var(--link)}\
table{border-collapse:collapse;width:100%;background:var(--card);border:1px solid var(--line)}\
th,td{text-align:start;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line)}\
th{font-weight:600;white-space:nowrap}tr:last-child>td{border-bottom:0}\
form{display:flex;flex-wrap:wrap;gap:.4rem;align-items:center;margin:0}.row{display:grid;gap:.6rem}\
input,select,button,textarea{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);\
border-radius:4px;padding:.15rem .5rem}textarea{width:100%;min-height:3.2rem;box-sizing:border-box}\
button{cursor:pointer}button:hover{border-color:var(--quiet)}button.step{min-width:8.5rem;text-align:start}\
input.short{width:5rem}input.wide{flex:1;min-width:12rem}\
pre{white-space:pre-wrap;background:var(--card);border:1px solid var(--line);padding:.6rem}\
.quiet{color:var(--quiet)}.state{white-space:nowrap;font-weight:600}.wait{color:var(--demo)}\
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:.5rem 0}dt{color:var(--quiet)}dd{margin:0}\
.cols{display:grid;grid-template-columns:1fr 1fr;gap:0 2rem}@media(max-width:60rem){.cols{grid-template-columns:1fr}}\
label{white-space:nowrap}";

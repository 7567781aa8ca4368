// shown when the page is there, as Hongyan's window is
window.__TAURI__.core.invoke('ready');

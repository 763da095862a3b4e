/**
 * Words of other languages for what tools do and deal with: `English words | their words`. Endings are cut on both
 * sides, so that one form of a regular verb or noun is enough. Latin script is written without accents.
 */
export const wordsOfLanguages = `
create add new | erstellen erstelle anlegen anlege lege neu neue neuen neues hinzufugen fuge eroffne creer cree creez nouveau nouvelle ajouter ajoute crear crea nuevo nueva anadir anade agregar agrega criar crie novo nova adicionar adicione creare crea nuovo nuova aggiungere aggiungi maak maken nieuwe nieuw toevoegen voeg utworz stworz dodaj nowy nowa nowe создай создать создайте новый новая новое добавь добавить olustur ekle yeni 作成 作って 作る 新規 新しい 追加 加えて 创建 新建 添加 建立 新增 创建一个 만들어 생성 추가 새로운 أنشئ إنشاء أضف बनाएं जोड़ें
delete remove | loschen losche entfernen entferne supprimer supprime supprimez effacer efface enlever retire eliminar elimina borrar borra quitar quita excluir exclua apagar apague remover remova cancellare cancella eliminare rimuovi verwijder verwijderen wis usun skasuj удали удалить удалите убери sil kaldir 削除 消して 消す 取り除 删除 移除 删掉 去掉 삭제 지워 제거 احذف हटाएं
update edit change | andern andere bearbeiten bearbeite aktualisieren aktualisiere anpassen modifier modifie modifiez mettre change changer actualise modificar modifica cambiar cambia actualizar actualiza editar edita altere alterar atualizar atualize mudar mude modificare aggiornare aggiorna cambiare wijzig bewerk pas verander zmien edytuj zaktualizuj измени изменить обнови обновить отредактируй guncelle duzenle degistir 更新 変更 編集 修正 直して 修改 编辑 更改 수정 변경 편집 업데이트 عدل बदलें
rename | umbenennen umbenenne benenne renommer renomme renombrar renombra renomear renomeie rinomina rinominare hernoem 改名 名前を変更 重命名 переименуй
move | verschieben verschiebe bewege deplacer deplace mover mueve mova spostare sposta verplaats przenies перемести переместить tasi 移動 移して 移动 移到 이동 옮겨
copy duplicate | kopieren kopiere copier copie copiar copia duplicar duplica copie copiare kopieer skopiuj скопируй 複製 コピー 复制 复制一份 복사
read show get content | lesen lies anzeigen zeige zeig lire lis lisez afficher affiche affichez montre montrer leer lee muestra mostrar muestrame ver ler leia mostre mostra leggere leggi mostrami visualizza lees toon przeczytaj pokaz odczytaj прочитай прочитать покажи показать открой oku goster 読んで 読む 読み 見せて 表示 示して 教えて 查看 读取 显示 看看 阅读 告诉 읽어 보여 알려 اقرأ اعرض दिखाएं पढ़ें
list all show | auflisten liste welche alle zeig lister liste listez quels quelles tous toutes listar lista cuales todos todas que quais liste elencare elenca quali tutti tutte welke lijst alle wyswietl wszystkie jakie список перечисли все какие listele hangi tum 一覧 リスト すべて 全部 どんな 列出 所有 全部 有哪些 哪些 目録 목록 모든 전체 كل सभी
search find | suchen suche finde finden such chercher cherche cherchez recherche rechercher trouve trouver buscar busca encuentra encontrar procurar procure encontre busque cercare cerca trova trovare zoek vind szukaj znajdz wyszukaj найди найти поищи ищи искать ara bul 検索 探して 探す 見つけ 搜索 查找 寻找 搜 查询 找到 찾아 검색 ابحث खोजें
send post | senden sende schicken schick schicke verschicke envoyer envoie envoyez enviar envia manda mandar envie mande inviare invia manda mandare stuur verzend wyslij отправь отправить пошли gonder 送って 送信 送る 投稿 发送 发 寄 发一条 보내 전송 أرسل भेजें
message | nachricht message mensaje mensagem messaggio bericht wiadomosc сообщение mesaj メッセージ 消息 信息 메시지 رسالة संदेश
reply respond answer | antworten antworte beantworte repondre reponds repond responder responde responda rispondere rispondi antwoord odpowiedz ответь ответить yanitla 返信 返事 回复 答复 답장 답변
comment | kommentar kommentiere kommentieren commentaire commenter commente comentario comenta comentar comentario commento commenta reactie opmerking komentarz skomentuj комментарий прокомментируй yorum コメント 评论 留言 댓글
write | schreiben schreibe schreib ecrire ecris ecrivez escribir escribe escrever escreva scrivere scrivi schrijf napisz zapisz напиши написать запиши yaz 書いて 書き 書く 写 写入 写下 써줘 작성 اكتب लिखें
save store write | speichern speichere sichern enregistrer enregistre sauvegarde sauvegarder guardar guarda salvar salve guarde salvare salva opslaan bewaar сохрани сохранить kaydet 保存 存储 存到 저장 احفظ
open | offnen offne ouvrir ouvre ouvrez abrir abre abra aprire apri otworz открой открыть ac 開いて 開く 打开 열어
close complete finish | schliessen schliesse abschliessen erledigt erledige fermer ferme terminer termine cerrar cierra completar completa terminar termina fechar feche concluir conclua completare chiudi chiudere completato sluit voltooi zamknij zakoncz закрой заверши выполнено закончи tamamla kapat 完了 閉じて 閉じる 終わ 完成 关闭 结束 완료 닫아
cancel | absagen sage annuler annule cancelar cancela annullare annulla annuleer anuluj отмени iptal キャンセル 取消 취소
start run execute | starten starte ausfuhren fuhre demarrer demarre lancer lance executer execute iniciar inicia ejecutar ejecuta executar inicie avviare avvia eseguire esegui uitvoeren uruchom wykonaj запусти выполни baslat calistir 実行 開始 起動 运行 执行 启动 开始 실행 시작
stop | stoppen stoppe anhalten beenden arreter arrete parar detener deten pare fermare ferma zatrzymaj останови durdur 停止 止めて 停下 중지 멈춰
restart | neustarten neustart redemarrer redemarre reiniciar reinicia riavvia herstart перезапусти 再起動 重启 재시작
download | herunterladen lade runterladen telecharger telecharge descargar descarga baixar baixe scaricare scarica pobierz скачай загрузи indir ダウンロード 下载 다운로드
upload | hochladen lade televerser subir sube enviar carregar caricare carica przeslij загрузи yukle アップロード 上传 업로드
merge | zusammenfuhren mergen fusionner fusionne fusionar fusiona combinar mesclar mescle unire unisci samenvoegen scal слей объедини birlestir マージ 結合 合并 병합
compare | vergleichen vergleiche comparer compare comparar compara confrontare confronta vergelijk porownaj сравни karsilastir 比較 比较 对比 비교
translate | ubersetzen ubersetze traduire traduis traducir traduce traduzir traduza tradurre traduci vertaal przetlumacz переведи cevir 翻訳 訳して 翻译 번역
convert | umwandeln wandle konvertiere umrechnen convertir convertis convierte converter converta convertire converti omzetten конвертируй 変換 转换 변환
calculate | berechnen berechne rechne calculer calcule calcular calcula calcolare calcola bereken oblicz посчитай вычисли hesapla 計算 计算 계산
count | zahlen zahle wieviele compter combien contar cuantos contare quanti quantos сколько 数えて 多少 几个
summarize summary | zusammenfassen fasse zusammenfassung resumer resume resumen resumir resumo riassumere riassumi samenvatten podsumuj резюмируй ozetle 要約 总结 摘要 요약
add attach | anhangen hange joindre joins adjuntar adjunta anexar allega bijvoegen zalacz прикрепи 添付 附加 附上 첨부
assign | zuweisen weise assigner attribue asignar asigna atribuir assegna przypisz назначь ata 割り当て 分配 指派 할당
invite share | einladen lade teilen teile inviter invite partager partage invitar compartir comparte convidar compartilhar compartilhe invitare condividi delen zapros udostepnij пригласи поделись paylas davet 招待 共有 邀请 分享 共享 초대 공유
accept approve | annehmen zusagen genehmigen genehmige accepter approuve aceptar acepta aprobar aprueba aceitar aprovar accettare approva accepteer akceptuj прими одобри onayla 承認 受け入れ 接受 批准 승인
decline reject | ablehnen absagen refuser refuse rechazar rechaza recusar rifiuta odrzuc отклони reddet 拒否 断って 拒绝 거절
book reserve | buchen buche reservieren reserver reserve reservar reserva prenotare prenota boek zarezerwuj забронируй ayirt 予約 预订 预定 예약
pay payment | bezahlen zahle zahlung payer paie paiement pagar paga pago pagamento pagare betaal betaling zaplac platnosc оплати платеж оплата ode odeme 支払 払って 支付 付款 결제 지불
buy order purchase | kaufen bestellung bestellungen bestellen acheter commande commandes comprar compra pedido pedidos comprar encomenda ordine ordini acquisto bestelling bestellingen zamowienie zamowienia заказ заказы купи siparis 注文 購入 订单 购买 订购 주문 구매
file | datei dateien fichier fichiers archivo archivos fichero arquivo arquivos ficheiro file bestand bestanden plik pliki файл файлы dosya ファイル 文件 档案 파일 ملف फ़ाइल
directory folder | ordner verzeichnis dossier repertoire carpeta directorio pasta diretorio cartella map folder katalog папка папку каталог klasor フォルダ フォルダー ディレクトリ 文件夹 目录 资料夹 폴더 مجلد
document page | dokument seite document page documento pagina strona документ страница страницу belge sayfa 文書 ドキュメント ページ 文档 页面 网页 문서 페이지 صفحة
text content | inhalt text contenu texte contenido texto conteudo contenuto testo inhoud tresc содержимое текст icerik 内容 本文 テキスト 文本 내용
image photo picture | bild bilder foto fotos image photo imagen imagenes imagem fotografia immagine immagini foto afbeelding zdjecie zdjecia картинка фото изображение resim 画像 写真 图片 照片 图像 이미지 사진 صورة
video | video videos vídeo filmato filmik видео 動画 ビデオ 视频 影片 동영상 비디오
transcript captions | untertitel transkript sous-titres transcription subtitulos transcripcion legendas transcricao sottotitoli trascrizione napisy субтитры 字幕 文字起こし 자막
music song | musik lied musique chanson musica cancion canzone muziek muzyka piosenka музыка песня 音楽 曲 音乐 歌曲 음악 노래
email mail | e-mail mail mails courriel courriels correo correos email emails posta mejl poczta письмо почта письма eposta メール 邮件 电子邮件 邮箱 이메일 메일 بريد ईमेल
attachment | anhang piece-jointe adjunto anexo allegato bijlage zalacznik вложение 添付ファイル 附件
calendar event | kalender calendrier agenda calendario kalendarz календарь календаре takvim カレンダー 日历 行事历 캘린더 달력 تقويم
event meeting appointment | termin termine besprechung treffen reunion rendez-vous evenement rendezvous cita reunion evento eventos reuniao compromisso encontro riunione appuntamento evento afspraak vergadering spotkanie wydarzenie встреча событие встречу toplanti etkinlik 予定 会議 ミーティング イベント 会议 日程 事件 活动 安排 约会 회의 일정 약속 이벤트 اجتماع
availability free busy | verfugbar frei beschaftigt disponible disponibilite libre ocupado livre libero disponibile wolny свободен 空き 空いて 空闲 有空 忙 비어
reminder task todo | aufgabe aufgaben erinnerung erinnere tache taches rappel rappelle tarea tareas recordatorio recuerdame tarefa tarefas lembrete lembre attivita compito promemoria ricordami taak taken herinnering zadanie zadania przypomnij задача задачу задачи напомни напоминание gorev hatirlat タスク 仕事 リマインダー やること 任务 待办 提醒 할일 작업 할 일 알림 مهمة कार्य
project | projekt projekte projet projets proyecto proyectos projeto projetos progetto progetti project projekty проект проекты proje プロジェクト 项目 专案 프로젝트 مشروع
channel | kanal kanale canal canaux canales canais canale canali kanaal канал каналы チャンネル 频道 群 채널 قناة
team user member | benutzer nutzer mitglied mitglieder utilisateur utilisateurs membre membres usuario usuarios miembro miembros membro utente utenti membri gebruiker uzytkownik uzytkownicy пользователь пользователи участник kullanici ユーザー メンバー チーム 用户 成员 团队 사용자 멤버 팀 مستخدم
issue bug ticket | fehler problem probleme anomalie bogue incidencia problema problemas problema fout blad проблема ошибка баг hata 問題 バグ 課題 チケット 问题 错误 缺陷 工单 이슈 버그 문제 مشكلة
repository | repository repositorium depot repositorio repositorios archivio репозиторий depo リポジトリ 仓库 代码库 저장소
branch | zweig branche rama ramas ramo ramificacao galaz ветка ветку dal ブランチ 分支 브랜치
commit history log | verlauf historie anderungen historique historial historico cronologia geschiedenis historia история коммит gecmis コミット 履歴 提交 历史 记录 커밋 기록 이력
pull request | pull-request プルリクエスト プルリク 拉取请求 合并请求 풀리퀘스트
code | quellcode quelltext code codigo codice код kod コード 代码 코드
weather forecast | wetter wettervorhersage vorhersage meteo previsions temps tiempo pronostico clima previsao tempo previsioni weer weersverwachting pogoda prognoza погода погоду прогноз hava 天気 天気予報 予報 天气 天气预报 预报 날씨 예보 طقس मौसम
forecast | morgen ubermorgen wochenende woche demain semaine manana semana amanha domani settimana weekend jutro завтра выходные yarin 明日 週末 来週 明天 周末 下周 내일 주말
current now conditions | jetzt aktuell aktuelle momentan maintenant actuel actuelle ahora actual agora atual adesso attuale nu huidig teraz aktualna сейчас текущая simdi 今 現在 现在 目前 当前 지금 현재
temperature | temperatur temperature temperatura температура sicaklik 気温 温度 气温 온도 기온
rain | regen regnet pluie pleut lluvia llueve chuva chove pioggia piove deszcz дождь yagmur 雨 下雨 비가
alert warning | warnung unwetter alerte alerta avviso allerta waarschuwing ostrzezenie предупреждение uyari 警報 注意報 警报 预警 경보
map place location | karte ort stelle standort carte lieu endroit mapa lugar ubicacion local luogo mappa plaats kaart miejsce место карта yer 地図 場所 地图 地点 位置 지도 장소 위치
address geocode coordinates | adresse koordinaten adresse coordonnees direccion coordenadas endereco indirizzo coordinate adres adres wspolrzedne адрес координаты 住所 座標 地址 坐标 주소 좌표
directions route | weg route strecke wegbeschreibung fahrt itineraire trajet chemin ruta camino rota caminho percorso strada itinerario routebeschrijving trasa маршрут дорога yol 道順 経路 ルート 路线 怎么走 导航 경로 길
distance | entfernung weit distance distancia distanza afstand odleglosc расстояние mesafe 距離 距离 多远 거리
elevation altitude | hohe hoch altitude altura altitud altitudine hoogte wysokosc высота 標高 高度 海拔 고도
restaurant | restaurant gaststatte ristorante restaurante restauracja ресторан レストラン 餐厅 饭店 식당
nearby local | nahe umgebung proche pres cerca cercano perto vicino dichtbij blisko рядом поблизости 近く 附近 근처
hotel accommodation listing | unterkunft ubernachtung ferienwohnung logement hebergement alojamiento hospedagem alloggio hospedaje accommodatie nocleg жилье отель konaklama 宿 宿泊 ホテル 住宿 酒店 民宿 숙소 호텔
flight | flug fluge vol vols vuelo vuelos voo volo voli vlucht lot loty рейс авиабилет ucus 飛行機 フライト 航班 机票 항공편 비행기
train | zug bahn train tren trem treno trein pociag поезд 電車 列車 火车 列车 기차
web search internet | internet netz web toile red rete siec интернет интернете 検索エンジン ネット ウェブ インターネット 网上 网络 互联网 上网 인터넷 웹
news | nachrichten neuigkeiten nouvelles actualites noticias notizie nieuws wiadomosci новости haber ニュース 新闻 뉴스 أخبار
page url link site | webseite seite link lien lien page enlace sitio pagina link sito ссылка сайт ウェブサイト サイト リンク 链接 网址 网站 링크 사이트
browser click | klicke klick anklicken cliquer clique cliquez clic haz clicar clique cliccare clicca klik kliknij нажми кликни tikla クリック 押して 点击 按 클릭 눌러
button | knopf schaltflache taste bouton boton botao pulsante bottone knop przycisk кнопка кнопку dugme ボタン 按钮 버튼
screenshot | bildschirmfoto capture captura schermata schermafbeelding zrzut скриншот スクリーンショット スクショ 截图 截屏 스크린샷
form fill | formular ausfullen formulaire remplir remplis formulario rellenar rellena preencher preencha modulo compilare formulier invullen formularz wypelnij форма заполни フォーム 記入 入力 表单 填写 양식 입력
type enter | eingeben gib tippe saisir saisis tape escribe ingresa digitar digite digita inserisci typ wpisz введи 入力 输入 입력
database table | datenbank tabelle tabellen base donnees table tables tabla tablas datos banco tabela tabelas dados tabella tabelle dati databank tabel baza tabela таблица таблицы база данных veritabani tablo データベース テーブル 表 数据库 数据表 表格 데이터베이스 테이블 قاعدة
query | abfrage abfragen requete consulta interrogazione zapytanie запрос sorgu クエリ 查询 질의 쿼리
sheet spreadsheet | tabellenblatt blatt tabellenkalkulation feuille tableur hoja planilha folha foglio fogli werkblad arkusz лист シート 表計算 スプレッドシート 工作表 表格 시트
cell range | zelle zellen bereich cellule celda celula cella komorka ячейка セル 单元格 셀
chart graph | diagramm grafik graphique grafico grafica wykres график диаграмма グラフ 図表 图表 차트 그래프
invoice | rechnung rechnungen facture factures factura facturas fatura faturas fattura fatture factuur faktura faktury счет счёт fatura 請求書 发票 账单 청구서 송장 فاتورة
customer contact client | kunde kunden kundin client clients cliente clientes clienti klant klanten klient klienci клиент клиента musteri 顧客 お客 客户 顾客 고객 عميل
contact | kontakt kontakte contact contacto contactos contato contatto contatti контакт 連絡先 联系人 연락처
supplier | lieferant fournisseur proveedor fornecedor fornitore leverancier dostawca поставщик 仕入先 供应商
product item | produkt produkte artikel produit produits producto productos produto produtos prodotto prodotti product produkty товар товары продукт urun 商品 製品 产品 商品 상품 제품
shop store | laden geschaft boutique magasin tienda loja negozio winkel sklep магазин magaza 店 ショップ 商店 店铺 상점
price | preis prix precio preco prezzo prijs cena цена fiyat 価格 値段 价格 가격
account | konto konten compte comptes cuenta cuentas conta contas conto rekening счет аккаунт hesap アカウント 口座 账户 账号 계정 계좌
bank transaction | uberweisung buchung banque transaktion virement transaction transaccion banco transacao banca transazione банк транзакция 取引 銀行 银行 交易 은행 거래
tax | steuer steuern impot taxe impuesto imposto tassa imposta belasting podatek налог vergi 税 税金 税率 세금
report | bericht berichte rapport informe relatorio rapporto verslag raport отчет rapor レポート 報告 报告 报表 보고서
employee | mitarbeiter angestellte employe empleado empleados empregado funcionario dipendente dipendenti werknemer pracownik сотрудник calisan 従業員 社員 员工 雇员 직원
holiday leave | urlaub urlaubstage conges vacances vacaciones ferias ferie vakantie urlop отпуск izin 休暇 有給 假期 休假 휴가
time date | uhrzeit zeit datum heure date hora fecha data ora tijd czas godzina время дата saat tarih 時間 時刻 日付 时间 日期 几点 시간 날짜
today | heute aujourd'hui hoy hoje oggi vandaag dzisiaj сегодня bugun 今日 今天 오늘
label tag | etikett schlagwort etiquette libelle etiqueta etichetta label etykieta метка etiket ラベル タグ 标签 라벨 태그
list column | liste liste lista lijst список liste リスト 列表 목록
card | karte karten carte tarjeta cartao scheda kaart karta карточка カード 卡片 카드
board | tafel tableau tablero quadro bacheca bord tablica доска ボード 看板 보드
note | notiz notizen note nota notas appunto notitie notatka заметка not ノート メモ 笔记 备注 노트 메모
settings configuration | einstellungen konfiguration parametres configuration configuracion ajustes configuracao impostazioni instellingen ustawienia настройки ayarlar 設定 设置 配置 설정
logs | protokolle protokoll logs journaux registros logs log dzienniki логи журнал ログ 日志 로그
server node | server knoten serveur noeud servidor nodo сервер узел サーバー ノード 服务器 节点 서버 노드
pod container | behalter conteneur contenedor contentor contenitore контейнер под コンテナ ポッド 容器 컨테이너 파드
scale replicas | skalieren skaliere echelle escalar escala dimensionare skaluj масштабируй スケール 扩容 缩放 확장
deployment | bereitstellung deploiement despliegue implantacao implementatie wdrozenie деплой развертывание デプロイ 部署 배포
password secret | passwort kennwort motdepasse contrasena senha wachtwoord haslo пароль sifre パスワード 密码 비밀번호
star favorite | favorit markiere favori favorito preferito ulubione избранное お気に入り 收藏 즐겨찾기
share price stock | aktie aktien aktienkurs bourse accion acciones bolsa acao acoes azione azioni aandeel akcja акция акции hisse 株価 株 股票 股价 주식 주가
currency exchange | wahrung wechselkurs devise devises moneda divisa moeda cambio valuta waluta валюта курс doviz 為替 通貨 汇率 货币 환율 통화
player music play | spiele abspielen jouer joue reproducir reproduce tocar toque riproduci speel odtworz включи воспроизведи cal 再生 播放 재생
run activity workout | lauf laufe training aktivitat course entrainement activite carrera entrenamiento actividad corrida treino atividade corsa allenamento attivita activiteit bieg trening тренировка пробежка активность antrenman 運動 アクティビティ ランニング 运动 跑步 锻炼 运动记录 운동 달리기 활동
light device | licht lampe lumiere luz luce lamp swiatlo свет лампа isik 電気 照明 灯 조명 불
entity knowledge memory | merke merk wissen gedachtnis souviens memoire recuerda memoria lembrar ricorda onthoud zapamietaj запомни hatirla 覚えて 記憶 记住 记忆 기억
graph relation | beziehung beziehungen relation relacion relacao relazione relatie relacja связь 関係 关系 관계
paper research | studie studien forschung etude estudio pesquisa estudo ricerca studio onderzoek badanie исследование статья 論文 研究 论文 연구 논문
incident outage | vorfall vorfalle storung incident incidente incidentes incidenti storing awaria инцидент インシデント 障害 事故 故障 장애
flag feature | funktion funktionsschalter fonctionnalite funcion funcionalidad recurso funzionalita functie funkcja флаг функция ozellik フラグ 機能 功能 开关 标志 기능 플래그
monitor alert | uberwachung alarm surveillance alarme monitoreo alarma monitoramento monitoraggio allarme мониторинг 監視 监控 모니터링
process | prozess prozesse processus proceso processo proces процесс プロセス 进程 프로세스
template | vorlage vorlagen modele plantilla modelo modello sjabloon szablon шаблон sablon テンプレート 模板 템플릿
version release | version veroffentlichung versione versao wersja версия релиз surum バージョン リリース 版本 发布 버전
tag | markiere etiquette
name title | name titel nom titre nombre titulo nome titolo naam nazwa имя название ad baslik 名前 タイトル 名称 标题 이름 제목
`
/** Words that say which language a prompt is in, none of them English or a name. */
export const functionWordsOfLanguages = `
der die das den dem ein eine einen einem einer und oder ist sind war wird wie was wer wo welche welcher mein meine meinen meinem meiner mir mich ich du wir uns unser unserem nach von vom zum zur mit fur auf aus im am bitte nicht alle dass des bei uber gibt kannst
le la les un une des du de et ou est sont mon ma mes moi je tu nous notre dans avec pour sur aux ce cette ces que qui quel quelle quels quelles svp comment ne pas
el los las una unos unas y es son mi mis yo nosotros nuestro en con para por del al lo esta este estas estos que cual cuales como hay tengo cuando
o os uma uns umas e sao meu minha meus minhas eu nos nosso em no na nos nas com por do da dos das ao este esta qual quais
il gli uno sono mio mia miei io noi nostro nel nella con per su di della dei delle degli al alla questo questa che chi quale dove
het een mijn van voor met naar op wat welke en zijn ik wij onze deze dit die niet
w z na do i jest sa moj moja moje mnie dla od jak co ktory prosze
ve bir bu icin ile
в на и с мне мой моя мои для от из по что как это к у
`

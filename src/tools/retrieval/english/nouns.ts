/** What people speak of, and what tools call it. Written as the verbs are: `tool words : everyday words`. */
export const englishNouns = `
file document : doc paper text_file report letter script spreadsheet log settings config
directory folder path : downloads documents desktop where_i_keep directories disk drive
file info metadata size modified : how_big how_large how_heavy when_was~changed when_was~touched last_touched how_old properties permissions
content text body : words what_it_says
media image picture photo : jpg png pictures photos snapshot selfie shots pic pics
image generate : draw paint illustration drawing artwork logo
video : clip clips movie film watch footage reel
transcript captions subtitles : what_does_he_say what_does_she_say what_do_they_say spoken said_in written_version what_was_said
audio speech voice : sound spoken listen hear read~aloud say~aloud recording
music song track playlist album artist : tune band listen singer
channel subscribers statistics : how_many_subscribers followers audience youtuber creator reach
trending popular top : hot everybody_is_watching everyone_is_watching viral best most_watched most_liked do_best hype
engagement views likes : how_popular how_well~does
code source function : snippet program script implementation
repository repo project : codebase code_base open-source library source_code sources
branch : line_of_work feature_branch version_of_the_code
commit commits history : changes work_of_the_last
tag release version : mark_this_version beta milestone label
pull request merge : pr prs proposed_changes proposal patch mr change_request code_review
issue bug ticket : problem error_report defect crash crashes broken tracker fault complaint glitch feature_request doesn't_work something_wrong
status checks ci build pipeline workflow : green red did~pass tests_pass failing passed broke continuous_integration
diff changes changed : line_by_line what_is_different modifications touch touches altered
status working tree untracked : modified dirty uncommitted
remote origin upstream : server_copy
worktree : second_copy_side_by_side
comment comments note : remark feedback said_about opinion discussion replies
label tag category : mark color-code sort keyword
message chat post : dm text word wrote ping line said saying talk
channel room conversation : #general #random group_chat team_chat chatroom
history messages recent channel : have_been_saying going_on what_was_said last_said what_did_i_miss catch_up discussed talked
thread replies : conversation_under answers discussion responses back_and_forth
user users member people : who person folks colleagues everyone everybody team staff coworkers colleague teammates guys someone anyone who_has_access crew
user profile : who_is about_him about_her title_of phone_number_of timezone_of contact_card
workspace organization team account : company firm group
email mail message inbox : e-mail letter newsletter spam mailbox mum mom dad boss
attachment file email : enclosed came_with
filter rule automatic email : from_now_on automatically always_put every_time rules sort_incoming incoming
calendar event meeting appointment : diary agenda schedule lunch dinner breakfast date call party get-together session standup gathering dentist doctor birthday interview wedding coffee vacation catch-up
freebusy free busy availability : am_i_busy have_time am_i_free available slot open_slots spare_time time_for when_can suits gap
event list calendar : what's_on what_is_on going_on my_day my_week coming_up upcoming plans schedule
invitation attendee guest : invite rsvp participants who_is_coming
recurring repeat : every_day every_week every_monday each_month weekly daily monthly
time date current clock now timezone : what_day what_time today_is what_is_the_date o'clock hour which_day day_is_it day_of_the_week late_is_it
time timezone convert : over_there time_difference in_tokyo in_new_york
reminder task todo : remind me_to don't_let_me_forget alarm nudge
task todo item : to-do chore errand have_to need_to_do do_today remind laundry shopping_list homework to_do_list still_have_to action_item on_my_list assignment groceries due backlog
task filter today overdue due : today tomorrow this_week still_have_to late
completed done task : get_done got_done finished achieved accomplished
project board list : initiative undertaking effort plan
board card list kanban : sticky column sticky_note lane
sprint backlog epic story : iteration user_story
section group : part chapter heading
checklist item : list_of_steps subtask steps
page document wiki note : article write-up doc entry notes notebook write~up meeting_notes minutes
block paragraph children content append : bullet heading paragraphs section
database table row record : rows entries collection data_source dataset columns
database sql query select : ask_the_db how_many_rows run~query db postgres mysql sqlite
schema table columns describe : structure fields which_columns layout tables
collection documents : mongo
index search : full-text
key value cache redis : stored_under lookup
knowledge graph entity memory node : everything_you_know what_you_know noted_down about_me you_remember do_you_know remembered facts memories what_do_you_remember
entity observation fact : speaks likes prefers moved_to birthday_is fact_about facts
relation relationship : works_for works_at married is_the_boss knows belongs_to related
map place location address coordinates : where spot near around street town city
geocode coordinates latitude longitude address : where_exactly gps position lat lon coordinate pinpoint
reverse geocode address coordinates : what_street where_am_i what_address
directions route navigate travel : how_do_i_get get_from way_to way_from drive walk on_foot by_car by_bike by_train bring_me find_my_way get_there the_way path_to
distance matrix duration travel : how_far how_long~drive how_long~take how_long~walk kilometres kilometers miles far_away
elevation altitude height : how_high sea_level meters_up altitude tall
place restaurant search local business nearby : around_the_corner near_me nearby close_by shop cafe bar pharmacy hotel sushi pizza supermarket dinner gym bakery good_place closest nearest doctor somewhere_to_eat atm parking
place details reviews hours : opening_hours open_until phone_number when_does~open rated
weather forecast : rain umbrella snow sunny sunshine tomorrow cold warm hot degrees wind wet jacket storm will_it nice_outside picnic next_days freeze clouds fog
weather current conditions temperature : right_now outside hot cold warm degrees how_hot how_cold how_warm at_the_moment humid humidity
weather alert warning : storm tornado hurricane flood danger severe dangerous storm_warning heat_wave evacuate
air quality pollution : smog breathe pollen
earthquake disaster : quake tsunami
flight airline airport travel : plane fly ticket trip flying
hotel listing accommodation stay : somewhere_to_stay place_to_stay flat apartment room sleep lodging overnight cottage rent roof_over nights
checkin checkout guests adults : nights arriving leaving
train bus transit : station ride metro subway departures
web search internet online : google news find_out look_up latest read_about what_people_say facts_about reviews best recent
web page url website fetch : link site article address webpage homepage online_page read_this http
article readable main content : ads menus clutter just_the_text bare clean_version article reader_view
markdown : md formatted
html source : raw_code_of_the_page markup
json api data : endpoint response
news article headline : happening latest_on current_events headlines
paper research academic arxiv : study scientific publication papers
page browser tab : website site chrome window web firefox
browser navigate url : open~in_chrome website site
browser snapshot accessibility :
browser network requests : backend traffic loaded calls_the_site
console messages log : javascript_errors errors_on_the_page dev_tools
dialog alert prompt : popup pop-up
form fields fill : sign_up_form my_details boxes
dropdown select option : menu choice
element button : link box thing
element text input type : field text_box search_box
javascript evaluate code : script
pdf document read : manual contract page brochure ebook scan
spreadsheet sheet excel workbook cells : xlsx columns tabs rows xls csv column numbers grid
sheet describe list : tabs which_tabs
cell range format style : header_row bold yellow color bigger border font highlight pretty
chart graph plot diagram : visualize picture_of_the_numbers curve bars pie visualization
presentation slide powerpoint : deck slides
cluster kubernetes pod deployment : containers namespace instances k8s frontend backend microservice staging production app_servers
pod container exec command : shell inside log_into get_into
logs output pod container : printed crash crashed error_messages what_went_wrong what_happened_in stdout
resource get pods list : what_is_running running right_now
node cluster machine : server host worker
replicas scale deployment : instances copies more_capacity
service port forward : reach_from_my_laptop locally tunnel
helm chart release : package
image container docker registry : dockerfile
volume storage disk : space
server instance vm machine : box computer droplet
bucket object s3 storage : cloud_storage blob
function lambda serverless : cloud_function
secret password credential : login key token
dns domain : web_address
deployment deploy site : release hosting
log error exception incident : crash stack_trace broke failing outage went_wrong
metric dashboard alert monitor : graph numbers cpu latency memory_usage load spike slow
trace span : slow_request
feature flag : toggle rollout experiment
invoice bill : billing owe charge charged send~a_bill
invoice payment unpaid : still_owe outstanding open_bills not_paid overdue
payment transaction charge : paid money_in money_out received spent bought
aged receivables customers owe : still_owe_us owes_us who_owes owed_to_us outstanding_from debtors
aged payables suppliers : we_owe we_still_owe unpaid_bills owe_to creditors
profit loss income revenue report : make_money how_much_money earn earned earnings costs turnover sales_minus margin
balance sheet assets liabilities report : what_we_own net_worth year_end debts financial_position
trial balance ledger : debits credits
bank transaction account : bank_statement money_in money_out account_movements spending
tax rate : vat gst sales_tax
account chart ledger : bookkeeping books
quote estimate : offer price_proposal
credit note : money_back_to_customer
employee payroll staff : worker people_we_employ wages salary works_for_us personnel
leave balance holiday : days_off vacation time_off holidays pto sick absence off_work
timesheet hours : hours_worked working_hours worked
contact customer supplier client : people_we_buy_from people_we_sell_to vendor buyers buys buyer business_partner books address_book
lead deal opportunity crm : prospect sale sales_pipeline
customer customers : who_buys buyers shoppers client clients purchasers
product item : t-shirt for_sale sell article goods merchandise stock shirt mug
product create : put~up_for_sale start_selling put~in_the_store put~in_the_shop
product variant option : size sizes colors color flavours
inventory stock : how_many_left in_store in_stock sold_out warehouse
order orders : purchase purchased bought sold buy shipped sales did~buy parcel delivery basket
cart checkout : basket trolley
shop store product : storefront catalog
price cost : how_much expensive cheap
subscription plan : membership monthly_fee
coupon discount : voucher cheaper promo money_off
stock share price market : trading ticker company_worth shares nasdaq quote
crypto coin token price : bitcoin ethereum
currency exchange rate : euros dollars yen
activity workout run ride : training ran rode exercise jog hike walk bike swim jogging rides runs fitness trained
athlete stats totals statistics : how_far_have_i how_much_have_i this_year in_total all_time so_far mileage
club group : cycling_group team
segment effort : stretch climb hill
route map gpx : track path
lap split : round
heart rate zone power : pulse bpm
photo photos activity : pictures snapshots
sleep health steps : slept fitness
recipe food meal : cook dinner ingredients eat
movie film show : watch cinema series
game : play
book library : read novel author
home light device : lamp lights thermostat living_room heating
contact phone : number call_someone
sms call phone : text_message ring dial
tweet post social : twitter timeline
survey form response : questionnaire
template : boilerplate starting_point blueprint
analytics report traffic : visitors page_views visits
ad campaign : advertisement marketing
design frame component : mockup layout ui
color colors : colour colours shades
emoji reaction : smiley thumbs
link relation : connection
session login account : signed_in
permission access allowed : can_you_see allowed_to who_can who_may
setting configuration preferences option : config
version update : newest
thinking reasoning step : think~through step_by_step reason puzzle
math calculator expression : plus times sum_of
random number : dice pick_any
environment variable env : printenv
process command terminal : program running_programs task_manager
job workflow pipeline run : automation build
trigger schedule cron : every_night
webhook callback : notify_url
test case : check
event log audit : who_did_what
package dependency library : module npm
license terms : legal
backup snapshot : copy safe_copy
`

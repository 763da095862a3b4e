/** How people put whole tasks: an object and what is done with it. Written as the verbs are: `tool words : everyday words`. */
export const englishTasks = `
create task reminder : remind remind_me remind~to don't_let_me_forget
chart line trend : month_by_month over_the_year over_the_years over_time development rise went grew growth evolve per_month per_year by_month each_month curve
chart graph generate : plot visualise visualize draw picture_of in_a_picture illustrate infographic show~visually
pie chart proportion : shares percentages parts_of_the_whole make_up_of split_of
bar column chart compare : side_by_side ranking next_to_each_other
scatter chart relationship : go_together correlation dots dot depends_on
histogram distribution frequency : spread how_often buckets
funnel chart stage conversion : drop_off at_each_step
mind map : ideas brainstorm branches
flow diagram process : procedure decision_tree flowchart steps_of
organization chart hierarchy : reports_to who_reports_to org_structure pecking_order
network graph relation : who_knows connected_with
word cloud : come_up_most most_used_words
sankey flow : goes_from_where
venn set overlap : in_common both_groups
spreadsheet table : tabular pivot
index create collection : speed~up faster_lookups slow_query
explain query plan performance : why~slow so_slow takes_so_long execution_plan bottleneck
count number documents records : how_many_rows how_many_records how_many_entries number_of
aggregate group sum average : per_month per_customer by_category total_per grouped totals on_average
collection schema structure fields : look_like shape_of which_attributes what_kind_of_fields
storage size collection database : disk how_much_space takes_up take_up
database stats statistics : how_full how_big_is_the_database
database list : which_dbs what_databases
insert document record row : put~row new_row as_a_row new_entry sign~up signed_up
create record row : signed_up new_row new_entry as_a_row put~row
field column property : attribute
update record row field : set~to mark~as
table base database : spreadsheet-like
dependency dependencies blocked : can't_begin can't_start has_to_wait before~finished depends_on waiting_for prerequisite blocks comes_first
subtask task parent : break~down part_of_the_task sub-task
task assigned my tasks : on_my_plate assigned_to_me mine
project status update : coming_along how_is~going progress how_far_along on_track state_of_the_project
story comment task : say_under write_under
section task column : lane column_of_the_board
tag task : flag categorize
priority urgent task : important asap critical
server guild info members : how_many_people which_rooms
channel create text : new_room
message read channel : lobby wrote write_in said posted
message delete : take~back unsay unsend
broadcast message all : everyone everybody all_followers followers all_customers everyone_who
webhook message : bot_posts
role member permission : promote moderator admin
contact company object crm : companies_we leads prospects accounts
associate association link contact company : tie~to belongs_to works_for connect~with
engagement note call activity log : phoned called spoke talked~to met~with visited log_that
deal pipeline stage : sales_opportunity won lost
workflow automation : automated_process zap
property field : custom_attribute
search web current information : facts latest on_the_net
research topic comprehensive report : thorough dossier in-depth deep_dive background_on everything_about comprehensive
crawl site pages : all_pages whole_site entire_site
map site urls structure : which_pages all_links sitemap what_pages
extract page content url : main_text
pipeline build status latest : passing failing ci broken is~green green did~pass
build failure logs : why~fail what_failed went_wrong red failed
flaky tests : for_no_reason sometimes_fail unreliable unstable intermittently now_and_then
test results job : which_tests tests_failed
artifacts job : built_files output_files
rollback deploy version : put~back before~back previous_release
rerun workflow failed : try~again once_more
isochrone reachable time : reach_within get_within how_far_can_i within~minutes minutes_away
category places search : petrol_stations gas_stations cafes restaurants hospitals shops atms
map image static : picture_of_the_map draw~map
matrix travel times : between_several from_each all_pairs
process list running : hogging eating_up slow_computer what's_running programs
process kill terminate : frozen stuck hangs not_responding
process start command terminal : open_a_program
pdf write create : make_a_pdf
search files content : contains_the_word grep
emulate device network : iphone pretend slow_connection mobile dark_mode offline
screencast record video : film capture~video
css style element : font margins colors_of stylesheet padding
performance trace page : slow_page takes_long_to_load loading_time
audit accessibility seo : quality_of_the_page
memory heap snapshot : leak leaking
network requests page : what~loads backend_calls
console errors messages page : javascript_problems
tab page new open : another_tab
quota limit usage : how_many~left still_send may_i_still remaining allowance
menu rich : buttons_below
profile user : who_is_this display_name
incident alert error issue : went_down on_call pager page_me outage
error issue event trace : exception users_see stack
metrics query time series : cpu ram memory_usage disk_usage
log search query : what_does_the_log_say
dashboard panel : overview_screen
service status health : is~running is~up is~down alive
server vm instance create : new_machine spin~up
database backup restore : save~copy dump
domain dns record : point~to web_address
certificate ssl : https expired
bucket object upload : cloud
queue message publish : job_queue
secret variable environment : api_key config_value
user create account : sign~up give~account new_colleague
user invite add member team : bring~on_board give~access
role permission policy access : allowed_to may_see who_can
group member : belongs
password reset : can't_log_in forgot_my
vulnerability security scan : safe hacked risk
release deploy publish : ship
milestone due project : deadline target_date
epic roadmap issue : big_feature
sprint board issue : this_iteration
transition issue status : move~to_done put~in_progress in_progress to_done start_working
worklog time issue : spent_hours log~hours hours_on
assignee issue user : who_works_on give~to responsible
wiki page create : write~up documentation_page
space page wiki : knowledge_base
label issue add : flag
pull request comments review : feedback_on remarks
merge request create : changes_for_review propose
issue create : complain found_a_problem typo report wrong
file contents repository : what's_in_the_file look_at_the_file
push files commit : upload_several
customer subscription cancel : stop_paying end_membership
payment intent refund : money_back
balance account : how_much_money_do_i_have
product price create : sell_for
coupon create : discount voucher
dispute payment : chargeback complaint
transfer funds : wire
card payment : credit_card
stock quote price : share_price how_is~stock worth trading_at
exchange rate convert currency : how_much_is~in
portfolio position : holdings my_shares
flights search : fly_to cheapest_flight
car rental : rent_a_car hire_a_car
ticket event concert : gig
movie details search : who_plays_in actor starring
recipe search ingredients : cook_with
lyrics song : words_of_the_song
playlist add track : put~song
device turn light : switch~light lamp
temperature set thermostat : warmer colder
contact search phone : number_of
sms send message : text~that
call make phone : ring~up
voice speech text generate : read~aloud read_it_to_me
speech transcribe audio text : write_down_what type_up
image edit background : cut_out retouch
image resize convert : smaller_picture
video download : save~clip
design file frame node : mockup
component library ui : widget
form create survey question : ask_people
response submission form : what_did_people_answer
event ticket attendee : who_comes
candidate job application : applicant hire
course lesson student : class pupil
patient health record : doctor
paper search abstract : literature
citation reference paper : who_cites
definition dictionary word : what_does~mean
translate text language : in_spanish say~in
time zone convert : what_time_is_it_in
unit convert : how_many_feet in_metres
random generate uuid : unique_id
hash encode : checksum
qr code generate : scannable
holiday date : day_off bank_holiday
news headlines top : what's_happening in_the_news
trend topic : everyone_talks_about
hashtag post social : tweet
follower profile user : who_follows
feed rss : latest_posts
bookmark save link : for_later
screenshot page image : how~looks what~looks
cookie session browser : stay_logged_in
element text get : what_does~say_on_the_page
scroll page : further_down
ssh remote command server : log_into_the_server on_the_server
cron schedule job : every_night every_morning
thinking sequential step : think~through puzzle~over
memory add remember : keep_in_mind
memory search recall : what_did_i_tell_you do_you_remember
cache key set : hold~for_a_while
key get value : stored_under
key delete : expire
table rows select sql : show_rows
tables list database : which_tables what_tables
table describe columns : made_of consist columns
email search : did~write heard_from get~mail
email read : what_does~mail_say open~mail
email label modify : mark_as_read unread star move~to_folder
email filter create : automatically every_mail
email draft : prepare write_but
email delete trash : junk spam
calendar event delete : call~off not_happening cancel
calendar event create : put~in_my_calendar lunch date_with block_time block pencil_in
calendar event update : push~back earlier later postpone instead
calendar event respond : invitation going_to_attend
calendar events list : what's_on my_week have_planned
file write save : store~as put~into_a_file put~document put~file note~down
file edit replace text : swap change~in_the_file
file move rename : call~instead new_name
file search : where_is~file where_did_i_put can't_find
file info : how_big how_old
directory list files : what_is_in what's_in what_is_inside what's_inside what's_in_the_folder
order list orders : purchased people_bought
monitor alert : alarm alarms going_off siren warn_me triggered
downtime maintenance schedule : working_on_the_servers don't_wake planned_outage offline_tonight
feature flag : toggle toggles switch
flag update enable : switch~on turn~on roll~out percent_of_users gradually
flag environment status : live_in staging production
watch subscribe : whenever something_happens changes_on keep_me_informed
attachment download : hangs_on attached_to
permission field hide : may_not_see hide~from visible_to keep~from
comment resolve : dealt_with taken_care_of settled
card move list : put~under pull~to
incident : outage emergency disruption trouble
host server machine : computers boxes
metric query : how_high_is how_loaded
`
